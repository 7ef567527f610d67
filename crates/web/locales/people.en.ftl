# Messages of one's own searches and notices.

nav-notices = Notices
nav-saved-searches = Saved searches
nav-history = Search history

# Where to begin
starts-label = Where to begin
starts-recent = Recent searches
starts-popular = Popular searches

# Popular searches, for staff
popular-manage = Manage popular searches
popular-lead = Only what at least three readers searched for on the same day appears. Hidden searches are no longer shown to readers; every change is written to the audit log.
popular-empty = No popular searches yet
popular-hidden = Hidden
popular-hide = Hide
popular-show = Show again

# Search history
history-lead = Only you can see it. The last { $most } searches are kept.
history-off = Your searches are not being recorded. Earlier ones are still here; delete them one by one or clear them all.
history-stop = Stop recording
history-keep = Start recording again
history-clear = Clear all
history-empty = No searches recorded
history-delete-label = Delete “{ $words }”

# Saved searches
saved-save = Save this search
saved-already = Saved
saved-none-yet = Save this search to be told when such a document arrives.
saved-lead = When a new document that fits is published, you are told in your notices.
saved-filtered = Filtered documents
saved-name = Name
saved-notify = Tell me about new documents
saved-store = Save
saved-bad-name = A name has 1 to { $longest } characters.
saved-full = You can save at most { $most } searches. Delete one that you no longer need.
saved-done = Saved. You will be told about new documents.
saved-changed = Changed.
saved-deleted = Deleted.
saved-empty = No saved searches yet
saved-empty-help = Choose “Save this search” on a page of results to be told about new documents.
saved-unseen = { $count ->
    [one] { $count } new document
   *[other] { $count } new documents
}
saved-many-unseen = 99+ new documents
saved-since = Saved { $date }
saved-notified = Tells you about new documents
saved-silent = No notices
saved-edit = Edit
saved-edit-label = Edit “{ $name }”
saved-delete = Delete
saved-delete-label = Delete “{ $name }”

# Notices
notices-unseen = unread
notices-new = Unread:
notices-mark = Mark all as read
notices-empty = No notices
notices-empty-help = Save a search, and new documents will be announced here.
notices-saved = { $count ->
    [one] { $count } new document for “{ $name }”
   *[other] { $count } new documents for “{ $name }”
}
notices-saved-gone = The new documents for “{ $name }” are no longer public
