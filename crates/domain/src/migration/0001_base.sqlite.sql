-- Conventions: times are microseconds since 1970 UTC; flags are 0/1 BIGINT;
-- hashes are lower-case hexadecimal SHA-256.

create table users (
    id                  integer primary key autoincrement,
    name                text not null,
    -- The name as compared: two people may not differ in case or width alone.
    name_fold           text not null unique,
    email               text not null,
    email_fold          text not null unique,
    password_hash       text not null,
    role                text not null check (role in ('member', 'moderator', 'administrator')),
    created_at          bigint not null,
    password_changed_at bigint not null
);

create table sessions (
    -- SHA-256 of the cookie's token: a stolen backup opens no session.
    token_hash text primary key,
    user_id    bigint not null references users (id) on delete cascade,
    created_at bigint not null,
    seen_at    bigint not null,
    expires_at bigint not null
);
create index sessions_by_user on sessions (user_id);

create table blobs (
    sha256     text primary key,
    size_bytes bigint not null,
    created_at bigint not null
);

create table categories (
    id        integer primary key autoincrement,
    parent_id bigint references categories (id),
    slug      text not null unique,
    name_zh   text not null,
    name_en   text not null,
    position  bigint not null
);

create table documents (
    id              integer primary key autoincrement,
    owner_id        bigint not null references users (id),
    category_id     bigint references categories (id),
    title           text not null,
    description     text not null,
    language        text not null,
    visibility      text not null check (visibility in ('public', 'unlisted', 'private')),
    download        text not null check (download in ('everyone', 'members', 'none')),
    -- How many pages strangers may read; null is all of them.
    preview_pages   bigint check (preview_pages is null or preview_pages >= 1),
    state           text not null check (state in ('converting', 'readable', 'refused', 'withdrawn')),
    file_name       text not null,
    format          text not null,
    size_bytes      bigint not null,
    original_sha256 text not null references blobs (sha256),
    pdf_sha256      text references blobs (sha256),
    report_sha256   text references blobs (sha256),
    cover_sha256    text references blobs (sha256),
    page_count      bigint not null default 0,
    pages_ready     bigint not null default 0,
    engine          text not null default '',
    failure_kind    text,
    failure_detail  text,
    view_count      bigint not null default 0,
    download_count  bigint not null default 0,
    favourite_count bigint not null default 0,
    created_at      bigint not null,
    published_at    bigint,
    updated_at      bigint not null,
    check (state <> 'readable' or (published_at is not null and page_count >= 1))
);
-- The same file by the same owner is recognised, not stored twice.
create unique index documents_one_per_owner_and_file on documents (owner_id, original_sha256);
-- Latest and by category, by seek.
create index documents_listed on documents (state, visibility, published_at, id);
create index documents_by_category on documents (category_id, published_at, id);
create index documents_most_read on documents (state, visibility, view_count, id);

create table document_pages (
    document_id   bigint not null references documents (id) on delete cascade,
    number        bigint not null,
    width_pt      double precision not null,
    height_pt     double precision not null,
    narrow_sha256 text not null references blobs (sha256),
    narrow_width  bigint not null,
    narrow_height bigint not null,
    wide_sha256   text not null references blobs (sha256),
    wide_width    bigint not null,
    wide_height   bigint not null,
    -- The words with their boxes (JSON), for the selectable layer.
    layout_sha256 text not null references blobs (sha256),
    text          text not null,
    primary key (document_id, number)
);

create table document_tags (
    document_id bigint not null references documents (id) on delete cascade,
    position    bigint not null,
    tag         text not null,
    tag_fold    text not null,
    primary key (document_id, tag_fold)
);
create index document_tags_by_tag on document_tags (tag_fold, document_id);

create table favourites (
    user_id     bigint not null references users (id) on delete cascade,
    document_id bigint not null references documents (id) on delete cascade,
    created_at  bigint not null,
    primary key (user_id, document_id)
);
create index favourites_by_document on favourites (document_id);

-- One row per reader and day, so that a view counts once.
create table document_views (
    document_id bigint not null references documents (id) on delete cascade,
    day         bigint not null,
    reader      text not null,
    primary key (document_id, day, reader)
);

create table jobs (
    id           integer primary key autoincrement,
    kind         text not null,
    subject      bigint not null,
    state        text not null check (state in ('ready', 'running', 'done', 'dead')),
    run_at       bigint not null,
    attempts     bigint not null default 0,
    lease_owner  text,
    lease_until  bigint,
    last_error   text,
    created_at   bigint not null,
    finished_at  bigint
);
-- A second request for work that still waits is the same work; one that
-- arrives while it runs is not, because the run may have missed the change.
create unique index jobs_one_waiting on jobs (kind, subject) where state = 'ready';
create index jobs_due on jobs (state, run_at, id);
create index jobs_by_subject on jobs (subject, kind);

create table audit_log (
    id      integer primary key autoincrement,
    at      bigint not null,
    actor   bigint,
    action  text not null,
    subject text not null,
    detail  text not null
);
create trigger audit_log_no_update before update on audit_log
    begin select raise(abort, 'audit_log is append-only'); end;
create trigger audit_log_no_delete before delete on audit_log
    begin select raise(abort, 'audit_log is append-only'); end;
