# What readers show each other, and what the library offers an author.

trending-title = Trending
trending-lead = What many people are reading now. A read counts half after three days, so old fame fades by itself.
trending-empty = Nothing is read much at the moment
trending-empty-help = A document appears here once several people have read it within a few days.
also-read = Readers also read
offer-tags = Words from the text; the ones you tick become tags when you save
offer-category = Put it under “{ $category }”
offer-category-reason = { $agreeing } of the { $asked } most similar documents with a category are there.
offer-category-none = This document has no category yet; “{ $category }” may fit:
offer-category-take = Put it there
offer-category-other = Choose another
