# Messages of collections, followed authors, the shelves of the home page, and
# descriptions of categories and tags.

nav-collections = 我的合集
nav-following = 关注的作者
nav-shelves = 首页书架
move-up = 上移
move-down = 下移

# Collections
collection-label = 合集
collection-private = 仅自己可见
collection-changed = { $date } 更新
collection-new = 新建合集
collection-edit = 编辑合集
collection-delete = 删除合集
collection-delete-consequence = 只删除合集，其中的文档不受影响。
collection-visibility-hint = 公开的合集里，别人只看到他们本来就能看到的文档。
collection-empty = 这个合集里还没有能看到的文档
collection-empty-help = 在文档页点“合集”，就能把它放进来。
collection-first = 置顶
collection-out = 移除
collection-up-label = 上移《{ $title }》
collection-down-label = 下移《{ $title }》
collection-first-label = 把《{ $title }》移到最前
collection-out-label = 从合集移除《{ $title }》
collection-bad-title = 标题要有 1 至 200 个字。
collection-too-many = 每人最多 { $count } 个合集。
collection-full = 合集“{ $title }”已有 { $count } 篇文档，不能再加了。
collections-heading = 合集
collections-empty = 您还没有合集
collections-empty-help = 把相关的文档排在一起，自己留着用，或公开给别人看。
document-collect = 合集
places-title = 放进合集
places-legend = 放进这些合集
places-new = 新合集的标题
places-new-hint = 可留空。新合集起初仅自己可见。

# Followed authors
follow = 关注
follow-stop = 取消关注
follow-too-many = 最多关注 { $count } 位作者。要关注更多，请先取消几位。
author-followers = { $count } 人关注
following-lead = 您关注的作者公开的文档，新的在前。
following-authors = 作者
following-empty = 您还没有关注作者
following-empty-help = 在作者的主页点“关注”，他新公开的文档就会出现在这里和首页。
following-none = 他们还没有公开的文档

# Home
home-followed = 关注的作者有新文档
home-picked = 馆员推荐

# Arranging the home page
shelves-lead = 首页从上到下的书架。每次改动都会记入审计日志。
shelves-see = 看看首页
shelves-empty = 还没有安排。首页现在显示最新文档、关注的作者、分类、近期热门和最多阅读；添加第一个书架后，就只显示这里列出的。
shelves-add = 添加书架
shelf-kind-newest = 最新文档
shelf-kind-most-read = 最多阅读
shelf-kind-followed = 关注的作者
shelf-kind-categories = 分类目录
shelf-kind-category = 一个分类
shelf-kind-tag = 一个标签
shelf-kind-collection = 一个合集
shelf-kind-picked = 手选文档
shelf-collection = 合集的编号或地址
shelf-collection-hint = 只能用公开的合集，例如 /collections/3。
shelf-picked = 文档的编号或地址
shelf-picked-hint = 每行一个，按此顺序显示，最多 24 个；只能用公开的文档。
shelf-title-zh = 中文标题
shelf-title-en = 英文标题
shelf-title-hint = 都可以留空，留空时用通常的标题。
shelf-size = 最多显示几篇
shelf-bad-subject = 没有找到，或者不是所有人都能看到。请检查后再保存。
shelf-too-many = 首页最多 { $count } 个书架。
shelf-up-label = 上移“{ $title }”
shelf-down-label = 下移“{ $title }”
shelf-edit-label = 编辑“{ $title }”
shelf-delete-label = 移除“{ $title }”

# Descriptions
describe = 编辑说明
describe-title = “{ $name }”的说明
describe-lead = 显示在页面开头，也供搜索引擎使用。留空表示没有说明；改动会记入审计日志。
describe-text = 说明
describe-chinese = 中文说明
describe-english = 英文说明
