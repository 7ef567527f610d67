# Messages of the authenticity check, of comparisons and of reviews.

# The honest line
honest-first = First upload
honest-first-means = Its text repeats no other document here.
honest-short = Too little text to compare with other documents.
honest-reference-means = Statutes, standards, templates and forms are everybody’s; repeating one is no copying.
honest-more =
    { $count ->
        [one] one more
       *[other] { $count } more
    }
honest-why = How this was found
document-uploaded-by-end = {""}

# What a finding is called, and what it means
finding-same-file = Same file
finding-same-file-means = The two files are the same, byte for byte.
finding-same-text = Same text
finding-same-text-means = Format or layout may differ; the words are the same.
finding-spun-copy = Spun copy
finding-spun-copy-means = Sentence by sentence the same, with words swapped for synonyms.
finding-contained = Part of another document
finding-contained-means = Most of its text stands in another, longer document.
finding-containing = Holds another document
finding-containing-means = Whole passages are the same as in another document.
finding-redated = The year does not fit the text
finding-redated-means = Title, file name, header or footer give a later year than the text does.
finding-title-mismatch = The title does not fit the text
finding-title-mismatch-means = What the title promises, the text does not have.
finding-little-content = Little to read
finding-little-content-means = It may be a table of contents, garbled text, repeated pages or filler.
finding-personal-data = Personal data
finding-personal-data-means = Make sure that it may be public.
finding-suspected-spun = Perhaps a spun copy
finding-suspected-spun-means = The words look as if a program had swapped them, but no original was found.

# What was found, in one phrase
finding-title = “{ $title }”
finding-quoted = “{ $words }”
finding-and = {", "}
finding-comma = {", "}
finding-colon = {": "}
finding-stop = .
finding-gone = a document that was deleted
finding-hidden = Resembles a document that is not public now
finding-same-file-as = The same file as { $title }
finding-same-text-as = The same text as { $title }
finding-same-as = { $share } the same as { $title }
finding-stands-in = { $share } of it stands in { $title }
finding-part-same = { $share } of it is the same as { $title }
finding-swapped =
    { $count ->
        [one] one word swapped
       *[other] { $count } words swapped
    }
finding-redated-year = The text is of { $year }
finding-title-terms = The title’s { $terms } never occurs in the text
finding-personal-count = Personal data: { $numbers }

# What proves it
finding-shares = { $here } of this document, { $there } of the other
finding-passages = { $count } passages are the same
finding-replaced =
    { $count ->
        [one] One word was replaced in all
       *[other] { $count } words were replaced in all
    }
finding-more-swaps =
    { $count ->
        [one] and one more pair
       *[other] and { $count } more pairs
    }
finding-year-promised = The { $source } says { $year }
finding-year-found = Years that the text speaks of: { $years }
finding-year-quoted = { $year } (“{ $words }”)
finding-source-title = title
finding-source-file-name = file name
finding-source-header = header
finding-source-footer = footer
finding-source-text = text
finding-measure = { $found } instead of { $expected }
finding-measure-pages = the title says { $expected } pages, there are { $found }
finding-measure-characters = what the title says takes { $expected } characters, there are { $found }
finding-measure-lures = { $found } words of the title only draw clicks
finding-measure-repeated = the title has one word { $found } times
finding-measure-equal-pages = { $found } of the pages are one picture
finding-measure-directory = { $found } of the text are lines of a directory
finding-measure-garbled = { $found } of the characters are garbled
finding-measure-new = only { $found } of the text is not said again
finding-measure-lorem = { $found } of the text is filler for layouts
finding-measure-addresses = { $found } of the text are web addresses
finding-id-cards =
    { $count ->
        [one] one ID number
       *[other] { $count } ID numbers
    }
finding-mobiles =
    { $count ->
        [one] one mobile number
       *[other] { $count } mobile numbers
    }
finding-bank-cards =
    { $count ->
        [one] one bank card number
       *[other] { $count } bank card numbers
    }
finding-numbers =
    { $count ->
        [one] one number
       *[other] { $count } numbers
    }
finding-personal-examples = { $numbers }: { $examples }
finding-suspicion = With the common words put back, every 1,000 characters read { $nats } nats more smoothly
finding-compare = Compare side by side
finding-hint = A hint, for reviewers only
finding-accepted = Let pass by a reviewer
finding-accepted-hidden = Let pass by a reviewer, not shown to readers

# Two texts side by side
compare-title = Side by side
compare-figures = What was found
compare-here = This document
compare-there = The other document
compare-share-here = Of this document, in the other
compare-share-there = Of the other, in this document
compare-swapped = Swapped words
compare-swapped-count = { $pairs } pairs, { $words } places
compare-limited = Only pages that you may read are compared.
compare-cut = The documents are long: only the first { $count } characters of each are compared.
compare-swap-table = Which words
compare-times = Times
compare-swap = “{ $from }” became “{ $to }”: see the first place
compare-twin = The other has “{ $word }”
compare-unlike = No passage in common
compare-unlike-help = In the pages that you may read these two documents share no passage.
compare-position = { $at } of { $count }
compare-legend-word = word
compare-legend-swap = swapped
compare-legend-other = added, left out or rewritten
compare-first = First difference
compare-previous = Previous
compare-next = Next
compare-next-row = Next difference
compare-none-here = Not in this document
compare-none-there = Not in the other document
compare-window = Passages { $first }–{ $last }

# The uploader, while it waits
held-lead = The check before publication found the following, so a reviewer looks at it first. You can say where it comes from or what permission you have, or take the upload back.
held-lead-staff = It waits for a reviewer; readers do not see it yet.
held-review = Review it
held-nothing = What exactly was found cannot be shown at present.
held-explain = See and explain
held-explain-label = See what was found of “{ $title }” and explain
held-explanation = What you say to it
held-explanation-hint = For example: I am the author; I have permission; this is a revised version. Reviewers read it, readers do not. Up to 2,000 characters.
held-send = Send
held-send-again = Send the new version
held-said = Your explanation was sent.
held-take-back = Take it back
held-take-back-label = Take “{ $title }” back
held-take-back-title = Take the upload back
held-take-back-consequence = The file and what was found are deleted, and nobody reviews it.
document-checking-wait = It is being compared with the library; this does not take long.
state-not-taken = Not taken
document-not-taken = This document was not taken.
document-not-taken-kept = The original is kept. You can delete it; if in doubt, ask the staff.
document-rights-checked = This document was uploaded by a user; all rights belong to their holders. Its text was compared with the documents here; where it first came from was not checked.
refusal-reviewer = A reviewer did not let it pass:
refusal-reviewer-says = A reviewer did not let it pass: { $reason }
refusal-same-file = The library has this very file already.
refusal-finding = The check found: { $kind }.
notices-held = “{ $title }” waits for a reviewer
notices-published = “{ $title }” has been reviewed and is public now
notices-noted = “{ $title }” has been reviewed and is public now, with what the check found
notices-refused = “{ $title }” did not pass the review; see why
notices-own-gone = About a document that you have deleted

# The librarian's mark
reference-title = Reference
reference-help = A statute, standard, template or form: to repeat it is no copying. The change is recorded, and all documents concerned are checked again.
reference-on = Reference
reference-set = Mark as a reference
reference-take-away = Take the mark away

# Reviewers
nav-review = Reviews
review-waiting =
    { $count ->
        [one] One upload waits
       *[other] { $count } uploads wait
    }
review-next = Review the next one
review-empty = Nothing waits for a reviewer
review-empty-help = Uploads in which the check finds something come here.
review-waits-minutes = waiting { $count } min
review-waits-hours = waiting { $count } h
review-waits-days =
    { $count ->
        [one] waiting one day
       *[other] waiting { $count } days
    }
review-explained = with an explanation
review-claimed-by-you = you are reviewing it
review-claimed-by = { $name } is reviewing it
review-take = Review
review-take-label = Review “{ $title }”
review-go-on = Go on
review-done-publish = Published.
review-done-note = Published with its note.
review-done-refuse = Refused; the uploader reads the reason.
review-done-released = Put back into the queue.
review-taken = Another reviewer is at this one.
review-gone = This one does not wait any more.
review-none-left = There is none to be claimed.
review-queue = The queue
review-previous = Previous
review-following = Next
review-open = Open its page
review-findings = What was found
review-no-findings = There is nothing to show: the check could not finish, so please look for yourself.
review-first-differences = The first differences
review-pages = Pages
review-decision = Decision
review-explanation = What the uploader says
review-unexplained = The uploader has not explained.
review-publish = Publish
review-publish-means = Readers do not see what was found.
review-note = Publish with note
review-note-means = What was found stands on its page.
review-reason = Reason of a refusal
review-reason-hint = The uploader reads it. Up to 2,000 characters.
review-reason-missing = Please give a reason.
review-refuse = Refuse
review-until = It is yours until { $time }, and longer while this page is open.
review-lost = It is not yours any more; another reviewer may have it.
review-release = Put it back
review-unclaimed = Nobody is reviewing this one.
review-keys-refuse = give a reason (Ctrl+Enter refuses)
review-keys-step = next, previous
