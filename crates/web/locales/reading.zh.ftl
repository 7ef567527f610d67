# What readers show each other, and what the library offers an author.

trending-title = 近期热门
trending-lead = 近来读的人多的文档。一次阅读的分量每三天减半，旧日的热度会自己退去。
trending-empty = 近来没有读得多的文档
trending-empty-help = 几天之内有几位读者读过，文档才会出现在这里。
also-read = 读过这篇的人还读了
offer-tags = 正文里的关键词，勾选的在保存时加入标签
offer-category = 归入“{ $category }”
offer-category-reason = 与它最相近的 { $asked } 篇已分类文档中，有 { $agreeing } 篇在这里。
offer-category-none = 这篇文档还没有分类，“{ $category }”可能合适：
offer-category-take = 归入此类
offer-category-other = 另选分类
