# Messages of the site, in Chinese. Keys stand in the order of the pages; the
# same keys stand in en.ftl, and a test compares them.

# Around every page
skip = 跳到正文
search-label = 搜索文档
search-placeholder = 搜索标题、正文、标签、作者
search-button = 搜索
suggest-label = 搜索建议
suggest-search = 大家在搜
suggest-tag = 标签 · { $count } 篇
suggest-author = 作者 · { $count } 篇
suggest-title = { $format } 文档
nav-label = 主导航
nav-categories = 分类
nav-upload = 上传
nav-mine = 我的文档
nav-favourites = 我的收藏
nav-account = 账号
nav-log-in = 登录
nav-register = 注册
nav-log-out = 退出
switch-language = English
footer-motto = 读者可以不下载就读，作者知道自己的文档发生了什么。

# Counts and facts
pages = { $count } 页
documents = { $count } 篇文档
views = { $count } 次阅读

# Errors: what is wrong, and what to do
error-not-found = 没有这个页面。
error-not-found-help = 它可能被作者删除或设为私有，也可能是地址有误。可以在这里搜索：
error-forbidden = 您不能这样做。
error-forbidden-help = 只有文档的作者或管理员可以。若这是您的文档，请用上传它的账号登录。
error-log-in = 请先登录。
error-log-in-help = 您的登录可能已过期。
error-bad-request = 请求有误。
error-bad-request-help = 请返回上一页再试。
error-csrf = 这个页面已过期。
error-csrf-help = 请返回上一页，刷新后再提交；您的浏览器需要接受 Cookie。
error-method = 这个地址不接受这样的请求。
error-method-help = 请返回上一页，用页面上的按钮再试。
error-too-large = 提交的内容太大。
error-too-large-help = 请减小后再试；文件请从上传页提交。
error-unprocessable = 提交的内容无法处理。
error-unprocessable-help = 请返回上一页检查所填的内容。
error-too-many = 请求太频繁。
error-too-many-help = 请稍候片刻再试。
error-disk-full = 服务器存储空间已满。
error-disk-full-help = 已经收下的文档都在，新内容暂时无法保存。请联系管理员。
error-internal = 服务器出错了。
error-internal-help = 不是您的操作有误。错误已记录，请稍后再试。

# Lists
list-pages = 翻页
list-next = 下一页
list-previous = 上一页
list-start = 回到开头
list-heading = 文档列表
crumbs-label = 所在位置

# Home
home-title = 读文档，不必先下载
home-lead = 上传的文档在浏览器里逐页可读，全文可搜。
home-total = 现有 { $count } 篇文档。
home-latest = 最新文档
home-all = 全部文档
home-most-read = 最多阅读
home-all-categories = 全部分类
home-empty = 书架还是空的
home-empty-help = 上传第一篇文档，Word、Excel、PowerPoint、PDF、Markdown 都可以，几秒钟后就能在这里阅读。
home-empty-upload = 上传文档

# Categories, tags, authors
categories-empty = 还没有分类
categories-empty-help = 管理员尚未建立分类。文档可以从搜索里找到。
category-empty = 这个分类还没有文档
category-empty-help = 您可以上传第一篇。
tag-label = 标签
tag-search = 在全文中搜索“{ $tag }”
tag-empty = 没有带这个标签的文档
tag-empty-help = 试试在全文中搜索。
author-label = 作者
author-since = { $date } 加入
author-empty = 还没有公开的文档
author-empty-help = 这位作者尚未发布文档，或者都设为了不公开。

# Search
search-title = “{ $words }”的搜索结果
search-all = 全部文档
search-filters = 筛选
search-format = 格式
search-any-format = 不限格式
search-category = 分类
search-any-category = 不限分类
search-pages = 页数
search-any-pages = 不限页数
search-pages-range = { $least }–{ $most } 页
search-pages-from = { $least } 页以上
search-time = 时间
search-any-time = 不限时间
search-week = 一周内
search-month = 一个月内
search-year = 一年内
search-order = 排序
search-by-relevance = 按相关度
search-by-time = 按时间
search-by-reads = 按阅读量
search-found = 找到 { $count } 篇文档
search-found-page = 找到 { $count } 篇文档，第 { $page } 页
search-about = 约 { $count }
search-found-about = 找到约 { $count } 篇文档
search-year-published = 年份
search-any-year = 不限年份
search-language = 语言
search-any-language = 不限语言
search-language-zh = 中文
search-language-en = 英文
search-language-other = 其他
search-price = 下载
search-any-price = 不限下载权限
search-price-everyone = 人人可下载
search-price-members = 登录后下载
search-price-none = 仅供阅读
search-author = 作者
search-any-author = 不限作者
search-narrowed = 已选条件
search-remove = 去掉“{ $name }”
search-offers = 也许可以少用一个词：
search-without = 不含“{ $words }”
search-popular = 大家在读
search-copies = 另有 { $count } 篇内容相同的文档
search-copies-only = 内容相同
search-took = 用时 { $ms } 毫秒
search-relaxed = 没有同时包含“{ $words }”中所有词的文档，以下文档包含其中一部分。
search-hits = 搜索结果
search-on-page = 第 { $page } 页
search-past-end = 没有更多结果了。
search-meant = 您是不是要找：
search-meant-count = { $count } 篇
search-none = 没有找到“{ $words }”
search-none-filtered = 没有符合这些条件的文档
search-none-help = 检查有没有错字，试试更短或更常见的词；繁体、简体和全角、半角都能搜到。加引号按原句搜索，词前加减号排除。
search-none-filter-help = 也许是筛选条件太严。去掉筛选再看看：
search-unfilter = 去掉筛选
search-browse = 按分类浏览

# Accounts
account-login = 用户名或电子邮箱
account-password = 密码
account-no-account = 还没有账号？
account-has-account = 已经有账号？
account-register-lead = 阅读和搜索不需要账号。上传、收藏需要。
account-register = 注册
account-name = 用户名
account-name-hint = 2 至 32 个字，别人看到的名字。
account-email = 电子邮箱
account-email-hint = 用来登录，不公开。
account-password-hint = 至少 8 个字符。
account-bad-name = 用户名要有 2 至 32 个字，可用文字、数字和 - _ . ·，不能只有数字。
account-name-taken = 这个用户名已经有人用了。
account-bad-email = 这不是一个电子邮箱地址。
account-email-taken = 这个邮箱已经注册过。
account-bad-password = 密码要有 8 至 256 个字符。
account-common-password = 这个密码太常见，攻击者会最先尝试它。请换一个。
account-wrong-credentials = 用户名或密码不对。
account-wrong-password = 原密码不对。
account-author-page = 我的主页
account-change = 修改密码
account-change-lead = 修改后，其他设备上的登录都会失效。
account-changed = 密码已修改，其他设备上的登录已失效。
account-old-password = 原密码
account-new-password = 新密码

# Upload
upload-title = 上传文档
upload-lead = 可以一次选多个文件。转换并与文库比对之后即可阅读；与他人文档相同的,先由审核员看过。
upload-choose = 选择文件
upload-drop = 或把文件拖到这里
upload-hint = 支持 { $formats }；每个文件不超过 { $limit }。
upload-absent = { $formats } 要由 LibreOffice 读取，本站没有安装。请先另存为上面的格式之一。
upload-absent-off = { $formats } 要由 LibreOffice 读取，本站没有启用。请先另存为上面的格式之一。
upload-rights = 请只上传您有权公开的文档。
upload-send = 上传
upload-waiting = 等待中
upload-checking = 正在核对
upload-sending = 正在上传
upload-received = 已收到，等待转换
upload-failed = 上传中断。请检查网络后再试。
upload-progress = 进度
upload-known = 您已经上传过这个文件。
upload-accepted = 已收到，正在转换。
upload-open = 打开文档
upload-to-mine = 查看我的文档
upload-outcome = 上传结果
upload-outcome-lead = 有文件没有被接受，其余的不受影响。
upload-again = 继续上传

# One's own documents
state-converting = 正在转换
state-converting-pages = 正在转换，第 { $ready } 页，共 { $count } 页
state-readable = 可以阅读
state-unlisted = 可以阅读，仅凭链接
state-private = 可以阅读，仅自己
state-refused = 无法转换
state-checking = 正在与文库比对
state-held = 待审核
state-withdrawn = 已被管理员下架
mine-empty = 您还没有上传过文档
mine-empty-help = 上传后，转换进度和原因都会显示在这里。
mine-detail = 技术细节
mine-redraw-failed = 重新绘制没有成功，页面保持原样。{ $reason }
mine-uploaded = 上传于 { $time }
mine-retry = 重新转换
mine-retry-label = 重新转换《{ $title }》
mine-edit = 编辑
mine-edit-label = 编辑《{ $title }》
mine-delete = 删除
mine-delete-label = 删除《{ $title }》
mine-deleted = 文档已删除。
favourites-empty = 还没有收藏
favourites-empty-help = 在文档页点“收藏”，它就会出现在这里。
favourites-home = 去看看文档

# Editing
edit-heading = 编辑文档
edit-title-label = 标题
edit-description = 简介
edit-tags = 标签
edit-tags-hint = 用顿号或逗号分开，最多 20 个。
edit-category = 分类
edit-no-category = 不分类
edit-visibility = 谁能看到
edit-public = 所有人
edit-unlisted = 有链接的人
edit-private = 只有我
edit-download = 谁能下载原文件
edit-download-everyone = 所有人
edit-download-members = 登录的用户
edit-download-none = 不提供下载
edit-preview = 他人可读的页数
edit-preview-hint = 留空表示全部可读。
edit-bad-title = 标题要有 1 至 200 个字。
edit-bad-preview = 请填 1 以上的整数，或留空。
edit-save = 保存
edit-saved = 已保存
edit-cancel = 取消

# Deleting and taking down
delete-title = 删除文档
delete-question = 确定要删除《{ $title }》吗？
delete-consequence = 文档、页面图像和原文件都会删除，不能恢复。
delete-confirm = 删除
withdraw-title = 下架文档
withdraw-lead = 下架后只有作者和管理员能看到它。原因会记入审计日志。
withdraw-confirm = 下架
withdraw-restore-title = 恢复文档
withdraw-restore-lead = 恢复后它按作者设定的范围公开。原因会记入审计日志。
withdraw-restore = 恢复
withdraw-reason = 原因
withdraw-reason-missing = 请写明原因。

# Why a file was refused: what is wrong, and what to do
refusal-empty = 这个文件是空的。请检查原文件，重新保存后再上传。
refusal-unsupported = 无法识别这种格式。请另存为以下格式之一再上传：{ $formats }。
refusal-needs-libreoffice = 这种格式要由 LibreOffice 读取，而本站没有。请另存为以下格式之一再上传：{ $formats }；管理员装好 LibreOffice 后也可以重试。
refusal-encrypted = 文件设了密码，无法打开。请去掉密码后再上传。
refusal-damaged = 文件已损坏或不完整。请在原来的软件里打开并重新保存，再上传。
refusal-no-pages = 文件里没有可以显示的页面。请确认内容后再上传。
refusal-too-large = 文件超过 { $limit } 的上限。请压缩其中的图片或拆成几个文件。
refusal-too-many-pages = 页数太多。请拆成几个文件再上传。
refusal-too-many-pixels = 页面或其中的图片尺寸过大。请缩小后再上传。
refusal-bomb = 文件解压后大得不合常理，已停止处理。若确是正常文档，请重新保存后再试。
refusal-forbidden-xml = 文件内部含有不允许的结构。请在 Office 或 WPS 里打开并重新保存，再上传。
refusal-timeout = 转换用时太长，已停止。请拆成几个文件，或稍后重试。
refusal-memory = 转换需要的内存太多，已停止。请缩小图片或拆成几个文件。
refusal-crashed = 转换这个文件时程序出错。原文件已保留；可以重试，或另存为 PDF 再上传。
refusal-internal = 我们这边出了问题，不是文件的错。原文件已保留，请稍后重试。
