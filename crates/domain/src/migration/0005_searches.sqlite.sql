-- How many readers searched for what, by day. No person stands in it.
create table search_counts (
    -- The words as folded: one spelling of whatever was typed.
    query   text not null,
    day     bigint not null,
    readers bigint not null check (readers >= 1),
    primary key (query, day)
);
-- Days on which enough readers searched for the same: all that is ever shown.
create index search_counts_popular on search_counts (day, query) where readers >= 3;

-- One row per query, reader and day, so that a reader counts once. The reader
-- is a hash keyed with query and day: one reader's rows cannot be put together.
create table search_readers (
    day    bigint not null,
    query  text not null,
    reader text not null,
    primary key (day, query, reader)
);

-- Popular searches that staff do not want shown.
create table hidden_searches (
    query     text primary key,
    hidden_at bigint not null
);

-- Whether one's own searches are kept for oneself.
alter table users add column keeps_searches bigint not null default 1
    check (keeps_searches in (0, 1));

-- What a member searched for, each query once.
create table search_history (
    id         integer primary key autoincrement,
    user_id    bigint not null references users (id) on delete cascade,
    -- As typed, and as compared.
    query      text not null,
    query_fold text not null,
    at         bigint not null,
    unique (user_id, query_fold)
);
create index search_history_newest on search_history (user_id, at, id);

-- Every document that was ever put into the search index, in the order of the
-- first time: what is new to saved searches, however old its file or its date.
create table document_arrivals (
    id          integer primary key autoincrement,
    document_id bigint not null unique references documents (id) on delete cascade
);
-- What is there already is not new.
insert into document_arrivals (document_id)
    select id from documents where state = 'readable' and visibility = 'public' order by id;

create table saved_searches (
    id         integer primary key autoincrement,
    user_id    bigint not null references users (id) on delete cascade,
    name       text not null,
    -- The query of the search page's address, for people.
    address    text not null,
    -- Words and filters (JSON), for the index.
    words      text not null,
    filters    text not null,
    notify     bigint not null default 1 check (notify in (0, 1)),
    created_at bigint not null,
    -- The last of document_arrivals that was looked at.
    checked    bigint not null,
    -- Saving the same search twice is saving it once.
    unique (user_id, address)
);
-- Those that have not seen the newest arrivals.
create index saved_searches_by_check on saved_searches (checked, id);

-- What a saved search found and its owner has not yet looked at.
create table saved_search_finds (
    saved_search_id bigint not null references saved_searches (id) on delete cascade,
    document_id     bigint not null references documents (id) on delete cascade,
    primary key (saved_search_id, document_id)
);
create index saved_search_finds_by_document on saved_search_finds (document_id);

-- What a member is told.
create table notices (
    id         integer primary key autoincrement,
    user_id    bigint not null references users (id) on delete cascade,
    kind       text not null,
    -- The row that it is about, of the kind's table; 0 without one.
    subject    bigint not null,
    -- What the kind needs to say it (JSON).
    payload    text not null,
    created_at bigint not null,
    seen_at    bigint
);
create index notices_by_user on notices (user_id, id);
-- The count in the header of every page.
create index notices_unseen on notices (user_id, kind, subject) where seen_at is null;
