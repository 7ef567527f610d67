# Messages of the document page, the reader and sharing.

# Facts
document-crumbs = Category
document-fact-id = ID
document-fact-size = Size
document-fact-pages = Length
document-fact-format = Format
document-fact-date = Date
document-fact-views = Reads
document-fact-downloads = Downloads
document-uploaded-by = Uploaded by
document-unchecked = ; source and originality not checked by this site.
document-rights = This document was uploaded by a user; all rights belong to their holders. This site has not checked its source or originality.
document-tags = Tags
document-related = Related documents
document-description = Description

# What could not be drawn faithfully
document-fidelity =
    { $count ->
        [one] One kind of content could not be shown faithfully
       *[other] { $count } kinds of content could not be shown faithfully
    }
document-fidelity-fonts-only =
    { $count ->
        [one] One font is shown with a similar one
       *[other] { $count } fonts are shown with similar ones
    }
document-fidelity-formula = Formulas that could not be drawn, or are shown as their source:
document-fidelity-image = Pictures that could not be read:
document-fidelity-chart = Charts or drawings that are simplified or left out:
document-fidelity-animation = Animations that are not, or not fully, shown step by step; the page shows the final state:
document-fidelity-font = Fonts shown with a face of another kind:
document-fidelity-external = The file refers to data or pictures elsewhere, which are never fetched:
document-fidelity-macro = The file carries macros, which never run here:
document-fidelity-wrong-name = The file name’s ending says another format:
document-fidelity-other = Other things that could not be shown faithfully:
document-fidelity-fonts = Fonts that are not available here, shown with similar ones:
document-fidelity-font-use = { $asked } → { $used }
document-fidelity-original = The original is not affected: a download is exactly what was uploaded.

# Which engine drew it
document-engine-libreoffice = Drawn by LibreOffice
document-engine-native = Drawn by our own engine
document-redraw-libreoffice = Draw again with LibreOffice
document-redraw-native = Draw again with our own engine
document-redrawing = It is being drawn again; until that is done, the present pages can be read as before.
document-redraw-failed = It could not be drawn again; the pages are as before.
document-retry-libreoffice = Try with LibreOffice
document-retry-native = Try with our own engine

# States
document-converting = Converting
document-converting-waiting = Getting ready; the first page will be here soon.
document-converting-pages = { $ready } of { $count } pages are done and can be read already.
document-refused = This file could not be converted.
document-refused-kept = The original is kept: you can try again, or delete it.
document-refused-detail = Details
document-retry = Try again
document-delete = Delete
document-withdrawn = This document has been withdrawn.
document-withdrawn-help = Only its author and the staff still see this page.
document-private = Private: only the author and the staff see this document.
document-unlisted = Unlisted: whoever has the address can open it; lists and search do not show it.
document-preview = The first { $readable } of { $count } pages can be read here.
document-preview-download = Download the original for the rest.
document-preview-log-in = Log in to download the original for the rest.
document-preview-only = The author shares only these.

# Download, favourite, share
document-download = Download
document-download-log-in = Log in to download
document-download-none = The author does not offer a download. You can read the document here.
document-free = Free
document-original = original file
document-original-format = original { $format }
document-favourite = Save
document-favourite-kept = Saved
document-share = Share
document-share-link = Address of this document
document-share-copy = Copy
document-share-copied = Copied.
document-share-qr = QR code of this document’s address
document-share-page = Open as a page of its own
document-share-closed = At present only the author and the staff can open this address.
document-edit = Edit
document-denied = The author does not offer a download
document-denied-help = This document is for reading online only.
document-denied-read = Read online

# The reader
document-reader = Reader
document-tools = Reading tools
document-page-number = Page { $page }
document-steps-of = Build steps of page { $page }
document-steps-play = Step through ({ $count } steps)
document-steps-previous = Back
document-steps-next = Next
document-steps-whole = Whole page
document-step = Step { $at } of { $count }
document-thumbs = Thumbnails
document-jump = Go to page
document-previous = Previous page
document-next = Next page
document-zoom-out = Zoom out
document-zoom-in = Zoom in
document-fit = Fit width
document-full = Full screen
document-find = Find in document
document-find-go = Find
document-find-position = { $at } of { $total }
document-find-none = Not found
document-find-failed = Finding failed, try again
document-find-previous = Previous match
document-find-next = Next match
document-find-all = All matches
document-find-close = Close find
document-keys = Keyboard
document-keys-page = previous, next page
document-keys-screen = one screen up, down
document-keys-ends = first, last page
document-keys-zoom = zoom in, out, fit width
document-keys-single = Single-key shortcuts
document-keys-close = close
document-pager = Parts of the document
document-pager-before = Earlier pages
document-pager-after = Later pages
document-window = Pages { $first }–{ $last }

# The full text
document-text = Full text
document-text-recognised = There are scans among these pages: their text was recognised in the page images and may have errors.
document-text-all = Show the full text
document-text-window = Show the text of pages { $first }–{ $last }
document-text-less = Show less
document-text-after = Text from page { $page }
