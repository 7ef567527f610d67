# Messages of collections, followed authors, the shelves of the home page, and
# descriptions of categories and tags.

nav-collections = My collections
nav-following = Authors I follow
nav-shelves = Home page shelves
move-up = Up
move-down = Down

# Collections
collection-label = Collection
collection-private = Only me
collection-changed = Changed { $date }
collection-new = New collection
collection-edit = Edit collection
collection-delete = Delete collection
collection-delete-consequence = Only the collection goes; its documents stay.
collection-visibility-hint = In a public collection others see only documents that they may see anyway.
collection-empty = Nothing to be seen in this collection yet
collection-empty-help = Choose “Collect” on the page of a document to put it here.
collection-first = To the top
collection-out = Remove
collection-up-label = Move “{ $title }” up
collection-down-label = Move “{ $title }” down
collection-first-label = Move “{ $title }” to the top
collection-out-label = Remove “{ $title }” from the collection
collection-bad-title = A title has 1 to 200 characters.
collection-too-many = One can have at most { $count } collections.
collection-full = “{ $title }” has { $count } documents and takes no more.
collections-heading = Collections
collections-empty = You have no collections yet
collections-empty-help = Put documents that belong together side by side, for yourself or for everybody.
document-collect = Collect
places-title = Put into collections
places-legend = In these collections
places-new = Title of a new collection
places-new-hint = May be empty. A new collection is yours alone at first.

# Followed authors
follow = Follow
follow-stop = Unfollow
follow-too-many = One can follow at most { $count } authors. To follow more, first unfollow some.
author-followers =
    { $count ->
        [one] { $count } follower
       *[other] { $count } followers
    }
following-lead = What the authors you follow have published, newest first.
following-authors = Authors
following-empty = You follow nobody yet
following-empty-help = Choose “Follow” on an author’s page, and what he publishes next will appear here and on the home page.
following-none = They have not published anything yet

# Home
home-followed = New by authors you follow
home-picked = Picked by the librarian

# Arranging the home page
shelves-lead = The shelves of the home page, from above to below. Every change is in the audit log.
shelves-see = See the home page
shelves-empty = Nothing is arranged. The home page shows the newest documents, followed authors, categories, what is trending and the most read; once you add a shelf, it shows only what is listed here.
shelves-add = Add a shelf
shelf-kind-newest = Newest documents
shelf-kind-most-read = Most read
shelf-kind-followed = Followed authors
shelf-kind-categories = Directory of categories
shelf-kind-category = A category
shelf-kind-tag = A tag
shelf-kind-collection = A collection
shelf-kind-picked = Hand-picked documents
shelf-collection = Number or address of the collection
shelf-collection-hint = It must be public; for example /collections/3.
shelf-picked = Numbers or addresses of the documents
shelf-picked-hint = One on each line, shown in this order, at most 24; they must be public.
shelf-title-zh = Chinese title
shelf-title-en = English title
shelf-title-hint = Both may be empty; then the usual title is shown.
shelf-size = Documents shown at most
shelf-bad-subject = Not found, or not for everybody to see. Please check and save again.
shelf-too-many = The home page has at most { $count } shelves.
shelf-up-label = Move “{ $title }” up
shelf-down-label = Move “{ $title }” down
shelf-edit-label = Edit “{ $title }”
shelf-delete-label = Remove “{ $title }”

# Descriptions
describe = Edit description
describe-title = Description of “{ $name }”
describe-lead = It stands at the head of the page and is for search engines too. Empty means none; changes are in the audit log.
describe-text = Description
describe-chinese = Description in Chinese
describe-english = Description in English
