-- Documents that a member puts side by side, in his order (合集).
create table collections (
    id          integer primary key autoincrement,
    owner_id    bigint not null references users (id) on delete cascade,
    title       text not null,
    description text not null,
    visibility  text not null check (visibility in ('public', 'private')),
    created_at  bigint not null,
    updated_at  bigint not null
);
create index collections_by_owner on collections (owner_id, updated_at, id);

create table collection_documents (
    collection_id bigint not null references collections (id) on delete cascade,
    document_id   bigint not null references documents (id) on delete cascade,
    position      bigint not null,
    added_at      bigint not null,
    primary key (collection_id, document_id)
);
create index collection_documents_in_order
    on collection_documents (collection_id, position, document_id);
-- Where a document stands, and what goes with it when it is erased.
create index collection_documents_by_document on collection_documents (document_id);

create table follows (
    user_id    bigint not null references users (id) on delete cascade,
    author_id  bigint not null references users (id) on delete cascade,
    created_at bigint not null,
    primary key (user_id, author_id),
    check (user_id <> author_id)
);
create index follows_by_author on follows (author_id);
-- What somebody has published, newest first: the author's page, and what is
-- new by those whom one follows.
create index documents_by_owner on documents (owner_id, published_at, id);

-- What stands on the home page, from above to below. `kind` has no check, so
-- that a program that knows fewer kinds can read a library arranged by a newer
-- one; it leaves out what it does not know.
create table shelves (
    id       integer primary key autoincrement,
    position bigint not null,
    kind     text not null,
    -- Which category, tag, collection or documents; empty for kinds of one.
    subject  text not null,
    title_zh text not null,
    title_en text not null,
    size     bigint not null check (size between 1 and 24)
);

alter table categories add column description_zh text not null default '';
alter table categories add column description_en text not null default '';
-- Tags exist by being used; only their descriptions need a place.
create table tag_descriptions (
    tag_fold    text primary key,
    description text not null
);
