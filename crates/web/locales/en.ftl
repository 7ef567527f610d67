# Messages of the site, in English. See zh.ftl.

# Around every page
skip = Skip to content
search-label = Search documents
search-placeholder = Search titles, text, tags, authors
search-button = Search
suggest-label = Search suggestions
suggest-search = Popular search
suggest-tag =
    { $count ->
        [one] Tag · { $count } document
       *[other] Tag · { $count } documents
    }
suggest-author =
    { $count ->
        [one] Author · { $count } document
       *[other] Author · { $count } documents
    }
suggest-title = { $format } document
nav-label = Main navigation
nav-categories = Categories
nav-upload = Upload
nav-mine = My documents
nav-favourites = Favourites
nav-account = Account
nav-log-in = Log in
nav-register = Register
nav-log-out = Log out
switch-language = 中文
footer-motto = Readers read without downloading; authors know what happens to their work.

# Counts and facts
pages =
    { $count ->
        [one] { $count } page
       *[other] { $count } pages
    }
documents =
    { $count ->
        [one] { $count } document
       *[other] { $count } documents
    }
views =
    { $count ->
        [one] { $count } read
       *[other] { $count } reads
    }

# Errors: what is wrong, and what to do
error-not-found = There is no such page.
error-not-found-help = Its author may have deleted it or made it private, or the address is wrong. You can search here:
error-forbidden = You may not do this.
error-forbidden-help = Only the document’s author or an administrator may. If it is yours, log in with the account that uploaded it.
error-log-in = Please log in first.
error-log-in-help = Your log-in may have expired.
error-bad-request = The request is not right.
error-bad-request-help = Please go back and try again.
error-csrf = This page has expired.
error-csrf-help = Please go back, reload and submit again; your browser must accept cookies.
error-method = This address does not take such a request.
error-method-help = Please go back and use the buttons on the page.
error-too-large = What you sent is too large.
error-too-large-help = Please make it smaller; send files from the upload page.
error-unprocessable = What you sent cannot be processed.
error-unprocessable-help = Please go back and check what you filled in.
error-too-many = Too many requests.
error-too-many-help = Please wait a moment and try again.
error-disk-full = The server’s storage is full.
error-disk-full-help = Everything accepted so far is safe, but nothing new can be stored. Please tell the administrator.
error-internal = Something went wrong on the server.
error-internal-help = It was not your doing. The error has been recorded; please try again later.

# Lists
list-pages = Pages
list-next = Next page
list-previous = Previous page
list-start = Back to the start
list-heading = Documents
crumbs-label = You are here

# Home
home-title = Read first. No download needed.
home-lead = Every document can be read page by page in the browser, and searched to the last word.
home-total =
    { $count ->
        [one] There is { $count } document now.
       *[other] There are { $count } documents now.
    }
home-latest = Latest
home-all = All documents
home-most-read = Most read
home-all-categories = All categories
home-empty = The shelves are still empty
home-empty-help = Upload the first document: Word, Excel, PowerPoint, PDF or Markdown. It can be read here seconds later.
home-empty-upload = Upload a document

# Categories, tags, authors
categories-empty = There are no categories yet
categories-empty-help = The administrator has not made any. Documents can be found by searching.
category-empty = No documents in this category yet
category-empty-help = You can upload the first.
tag-label = Tag
tag-search = Search all text for “{ $tag }”
tag-empty = No document has this tag
tag-empty-help = Try searching all text instead.
author-label = Author
author-since = Joined { $date }
author-empty = No public documents yet
author-empty-help = This author has not published anything, or has kept it private.

# Search
search-title = Results for “{ $words }”
search-all = All documents
search-filters = Filters
search-format = Format
search-any-format = Any format
search-category = Category
search-any-category = Any category
search-pages = Length
search-any-pages = Any length
search-pages-range = { $least }–{ $most } pages
search-pages-from = { $least } pages or more
search-time = Published
search-any-time = Any time
search-week = Past week
search-month = Past month
search-year = Past year
search-order = Order
search-by-relevance = Relevance
search-by-time = Newest
search-by-reads = Most read
search-found =
    { $count ->
        [one] { $count } document found
       *[other] { $count } documents found
    }
search-found-page =
    { $count ->
        [one] { $count } document found, page { $page }
       *[other] { $count } documents found, page { $page }
    }
search-about = about { $count }
search-found-about =
    { $count ->
        [one] About { $count } document found
       *[other] About { $count } documents found
    }
search-year-published = Year
search-any-year = Any year
search-language = Language
search-any-language = Any language
search-language-zh = Chinese
search-language-en = English
search-language-other = Other
search-price = Download
search-any-price = Any download
search-price-everyone = Open to everyone
search-price-members = For members
search-price-none = Reading only
search-author = Author
search-any-author = Any author
search-narrowed = Narrowed by
search-remove = Remove “{ $name }”
search-offers = With one word less:
search-without = without “{ $words }”
search-popular = Others are reading
search-copies =
    { $count ->
        [one] { $count } more document with the same text
       *[other] { $count } more documents with the same text
    }
search-copies-only = Same text
search-took = in { $ms } ms
search-relaxed = No document holds every word of “{ $words }”; these hold some of them.
search-hits = Results
search-on-page = Page { $page }
search-past-end = There are no more results.
search-meant = Did you mean:
search-meant-count =
    { $count ->
        [one] { $count } document
       *[other] { $count } documents
    }
search-none = Nothing found for “{ $words }”
search-none-filtered = No document fits these filters
search-none-help = Check the spelling, or try a shorter or more common word. Quotes search for a phrase; a minus sign leaves a word out.
search-none-filter-help = The filters may be too narrow. Look again without them:
search-unfilter = Remove the filters
search-browse = Browse categories

# Accounts
account-login = User name or e-mail
account-password = Password
account-no-account = No account yet?
account-has-account = Already have an account?
account-register-lead = Reading and searching need no account. Uploading and favourites do.
account-register = Create account
account-name = User name
account-name-hint = 2 to 32 characters; the name that others see.
account-email = E-mail
account-email-hint = For logging in; not shown to anybody.
account-password-hint = At least 8 characters.
account-bad-name = A user name has 2 to 32 letters, digits or - _ . · and not only digits.
account-name-taken = Somebody has that user name already.
account-bad-email = That is not an e-mail address.
account-email-taken = That e-mail address has an account already.
account-bad-password = A password has 8 to 256 characters.
account-common-password = That password is among the first that attackers try. Please choose another.
account-wrong-credentials = Wrong user name or password.
account-wrong-password = The old password is wrong.
account-author-page = My public page
account-change = Change password
account-change-lead = This ends the log-ins on all your other devices.
account-changed = Password changed. The log-ins on your other devices have ended.
account-old-password = Old password
account-new-password = New password

# Upload
upload-title = Upload documents
upload-lead = You can choose several files at once. Each can be read once it is converted and compared with the library; copies of others’ documents go to a reviewer first.
upload-choose = Choose files
upload-drop = or drop them here
upload-hint = { $formats }; up to { $limit } per file.
upload-absent = { $formats } are read by LibreOffice, which is not installed here. Please save them as one of the formats above.
upload-absent-off = { $formats } are read by LibreOffice, which is not enabled here. Please save them as one of the formats above.
upload-rights = Please upload only what you have the right to publish.
upload-send = Upload
upload-waiting = Waiting
upload-checking = Checking
upload-sending = Sending
upload-received = Received, waiting to be converted
upload-failed = The upload was interrupted. Check the connection and try again.
upload-progress = Progress
upload-known = You have uploaded this file before.
upload-accepted = Received; it is being converted.
upload-open = Open the document
upload-to-mine = See my documents
upload-outcome = What became of your files
upload-outcome-lead = Some files were not accepted; the others are unharmed.
upload-again = Upload more

# One's own documents
state-converting = Converting
state-converting-pages = Converting, page { $ready } of { $count }
state-readable = Readable
state-unlisted = Readable, by link only
state-private = Readable, by you only
state-refused = Could not be converted
state-checking = Being compared with the library
state-held = Waiting for a reviewer
state-withdrawn = Taken down by the administrator
mine-empty = You have not uploaded anything yet
mine-empty-help = Once you do, progress and reasons are shown here.
mine-detail = Technical detail
mine-redraw-failed = It could not be drawn again; the pages are as before. { $reason }
mine-uploaded = Uploaded { $time }
mine-retry = Convert again
mine-retry-label = Convert “{ $title }” again
mine-edit = Edit
mine-edit-label = Edit “{ $title }”
mine-delete = Delete
mine-delete-label = Delete “{ $title }”
mine-deleted = The document has been deleted.
favourites-empty = No favourites yet
favourites-empty-help = Choose “Favourite” on a document’s page and it will be here.
favourites-home = Look at documents

# Editing
edit-heading = Edit document
edit-title-label = Title
edit-description = Description
edit-tags = Tags
edit-tags-hint = Separated by commas, 20 at most.
edit-category = Category
edit-no-category = None
edit-visibility = Who can see it
edit-public = Everybody
edit-unlisted = Whoever has the link
edit-private = Only me
edit-download = Who can download the original
edit-download-everyone = Everybody
edit-download-members = Whoever is logged in
edit-download-none = Nobody
edit-preview = Pages that others can read
edit-preview-hint = Leave empty for all.
edit-bad-title = A title has 1 to 200 characters.
edit-bad-preview = Please give a whole number from 1, or leave it empty.
edit-save = Save
edit-saved = Saved
edit-cancel = Cancel

# Deleting and taking down
delete-title = Delete document
delete-question = Delete “{ $title }”?
delete-consequence = The document, its pages and the original file will be gone for good.
delete-confirm = Delete
withdraw-title = Take down
withdraw-lead = Only its author and administrators will see it then. The reason goes into the audit log.
withdraw-confirm = Take down
withdraw-restore-title = Put back
withdraw-restore-lead = It will be as public again as its author has set it. The reason goes into the audit log.
withdraw-restore = Put back
withdraw-reason = Reason
withdraw-reason-missing = Please give a reason.

# Why a file was refused: what is wrong, and what to do
refusal-empty = This file is empty. Check the original, save it again, and upload that.
refusal-unsupported = This format is not one we can read. Save it as one of these and upload again: { $formats }.
refusal-needs-libreoffice = This format is read by LibreOffice, which is not here. Save it as one of these and upload again: { $formats }; or try again when the administrator has installed LibreOffice.
refusal-encrypted = The file is protected by a password. Remove the password and upload it again.
refusal-damaged = The file is damaged or incomplete. Open it in the program it came from, save it again, and upload that.
refusal-no-pages = There are no pages to show in this file. Check its content and upload it again.
refusal-too-large = The file is larger than { $limit }. Compress its pictures or split it into several files.
refusal-too-many-pages = The document has too many pages. Split it into several files.
refusal-too-many-pixels = A page or a picture in it is too large. Make it smaller and upload again.
refusal-bomb = The file unpacks to an unreasonable size, so we stopped. If it is an ordinary document, save it again and retry.
refusal-forbidden-xml = The file contains a structure that is not allowed. Open it in Office or WPS, save it again, and upload that.
refusal-timeout = Converting took too long and was stopped. Split the file, or try again later.
refusal-memory = Converting needed too much memory and was stopped. Make the pictures smaller or split the file.
refusal-crashed = Our converter failed on this file. The original is kept; try again, or save it as PDF and upload that.
refusal-internal = Something failed on our side; the file is not at fault. The original is kept; please try again later.
