# Messages of one's own searches and notices.

nav-notices = 通知
nav-saved-searches = 保存的搜索
nav-history = 搜索历史

# Where to begin
starts-label = 从这里开始
starts-recent = 最近搜索
starts-popular = 热门搜索

# Popular searches, for staff
popular-manage = 管理热门搜索
popular-lead = 同一天至少三位读者搜过的词才会出现。隐藏后不再向读者展示；操作会记入审计日志。
popular-empty = 还没有热门搜索
popular-hidden = 已隐藏
popular-hide = 隐藏
popular-show = 恢复展示

# Search history
history-lead = 只有您自己能看到，最多保留最近 { $most } 条。
history-off = 已停止记录。此前的记录仍在，可以逐条删除或全部清除。
history-stop = 停止记录
history-keep = 重新开始记录
history-clear = 全部清除
history-empty = 没有搜索记录
history-delete-label = 删除“{ $words }”

# Saved searches
saved-save = 保存搜索
saved-already = 已保存
saved-none-yet = 保存这个搜索，有新文档时通知您。
saved-lead = 有符合条件的新文档公开时，会在通知里告诉您。
saved-filtered = 筛选的文档
saved-name = 名称
saved-notify = 有新文档时通知我
saved-store = 保存
saved-bad-name = 名称要有 1 到 { $longest } 个字。
saved-full = 最多保存 { $most } 个搜索。请先删除不再需要的。
saved-done = 已保存。有新文档时会通知您。
saved-changed = 已修改。
saved-deleted = 已删除。
saved-empty = 还没有保存的搜索
saved-empty-help = 在搜索结果页点“保存搜索”，有新文档时会通知您。
saved-unseen = { $count } 篇新文档
saved-many-unseen = 99+ 篇新文档
saved-since = 保存于 { $date }
saved-notified = 有新文档时通知
saved-silent = 不通知
saved-edit = 修改
saved-edit-label = 修改“{ $name }”
saved-delete = 删除
saved-delete-label = 删除“{ $name }”

# Notices
notices-unseen = 条未读
notices-new = 未读：
notices-mark = 全部标为已读
notices-empty = 没有通知
notices-empty-help = 保存一个搜索，有新文档时这里会告诉您。
notices-saved = “{ $name }”有 { $count } 篇新文档
notices-saved-gone = “{ $name }”的新文档已不再公开
