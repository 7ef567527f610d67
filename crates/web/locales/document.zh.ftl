# Messages of the document page, the reader and sharing.

# Facts
document-crumbs = 所在分类
document-fact-id = ID
document-fact-size = 大小
document-fact-pages = 页数
document-fact-format = 格式
document-fact-date = 时间
document-fact-views = 阅读
document-fact-downloads = 下载
document-uploaded-by = 由
document-unchecked = {" "}上传；来源与原创性未经本站核查。
document-rights = 本文档由用户上传，权利归其权利人所有。本站未核查其来源与原创性。
document-tags = 标签
document-related = 你可能关注的文档
document-description = 简介

# What could not be drawn faithfully
document-fidelity = 本文档有 { $count } 类内容未能如实呈现
document-fidelity-fonts-only = 有 { $count } 种字体以相近字体呈现
document-fidelity-formula = 有公式未能画出，或以源码显示：
document-fidelity-image = 有图片无法读取：
document-fidelity-chart = 有图表或图形经过简化，或未能画出：
document-fidelity-animation = 有动画不能（或不能完全）分步显示，页面显示的是最终画面：
document-fidelity-font = 有字体以不同类型的字体代替：
document-fidelity-external = 文件引用了外部的数据或图片，本站不会去取：
document-fidelity-macro = 文件带有宏；宏在这里从不运行：
document-fidelity-wrong-name = 文件名的后缀与实际格式不符：
document-fidelity-other = 另有未能如实呈现之处：
document-fidelity-fonts = 原文所用字体这里没有，以相近字体代替：
document-fidelity-font-use = { $asked } → { $used }
document-fidelity-original = 原件不受影响，下载后与上传时完全相同。

# Which engine drew it
document-engine-libreoffice = 由 LibreOffice 绘制
document-engine-native = 由本站引擎绘制
document-redraw-libreoffice = 用 LibreOffice 重新绘制
document-redraw-native = 用本站引擎重新绘制
document-redrawing = 正在重新绘制；完成之前，现有的页面照常可读。
document-redraw-failed = 重新绘制没有成功，页面保持原样。
document-retry-libreoffice = 用 LibreOffice 重试
document-retry-native = 用本站引擎重试

# States
document-converting = 正在转换
document-converting-waiting = 正在准备，很快就能看到第一页。
document-converting-pages = 已完成 { $ready } 页，共 { $count } 页；完成的页可以先读。
document-refused = 这个文件无法转换。
document-refused-kept = 原件已经保存，可以重试，也可以删除。
document-refused-detail = 详细信息
document-retry = 重试
document-delete = 删除
document-withdrawn = 本文档已下架。
document-withdrawn-help = 只有作者和管理员还能看到这个页面。
document-private = 私有文档：只有作者和管理员能看到。
document-unlisted = 未公开列出：知道地址的人可以打开，列表和搜索中没有。
document-preview = 前 { $readable } 页可读，共 { $count } 页。
document-preview-download = 下载原件可以读到全部。
document-preview-log-in = 登录后下载原件可以读到全部。
document-preview-only = 作者只公开了这些页。

# Download, favourite, share
document-download = 下载文档
document-download-log-in = 登录后下载
document-download-none = 作者不提供下载，可以在这里在线阅读。
document-free = 免费
document-original = 原件
document-original-format = { $format } 原件
document-favourite = 收藏
document-favourite-kept = 已收藏
document-share = 分享
document-share-link = 文档地址
document-share-copy = 复制
document-share-copied = 已复制。
document-share-qr = 文档地址的二维码
document-share-page = 单独打开分享页
document-share-closed = 现在只有作者和管理员能打开这个地址。
document-edit = 编辑
document-denied = 作者不提供下载
document-denied-help = 这份文档的作者只允许在线阅读。
document-denied-read = 在线阅读

# The reader
document-reader = 阅读器
document-tools = 阅读工具
document-page-number = 第 { $page } 页
document-steps-of = 第 { $page } 页的动画步骤
document-steps-play = 分步看（共 { $count } 步）
document-steps-previous = 上一步
document-steps-next = 下一步
document-steps-whole = 整页
document-step = 步骤 { $at }/{ $count }
document-thumbs = 缩略图
document-jump = 跳到页码
document-previous = 上一页
document-next = 下一页
document-zoom-out = 缩小
document-zoom-in = 放大
document-fit = 适合宽度
document-full = 全屏
document-find = 在文档中查找
document-find-go = 查找
document-find-position = { $at } / { $total }
document-find-none = 没有找到
document-find-failed = 查找失败，请再试
document-find-previous = 上一处
document-find-next = 下一处
document-find-all = 全部结果
document-find-close = 关闭查找
document-keys = 键盘操作
document-keys-page = 上一页、下一页
document-keys-screen = 上下翻一屏
document-keys-ends = 首页、末页
document-keys-zoom = 放大、缩小、适合宽度
document-keys-single = 启用单键快捷键
document-keys-close = 关闭
document-pager = 分段阅读
document-pager-before = 前面的页
document-pager-after = 后面的页
document-window = 第 { $first }–{ $last } 页

# The full text
document-text = 全文
document-text-recognised = 这些页中有扫描页：其文字由程序从页面图像中识别，可能有误。
document-text-all = 展开全文
document-text-window = 展开第 { $first }–{ $last } 页的文字
document-text-less = 收起
document-text-after = 第 { $page } 页起的文字
