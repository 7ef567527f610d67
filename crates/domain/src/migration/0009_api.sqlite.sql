-- What other programs show in place of a log-in (令牌).
create table api_tokens (
    id            integer primary key autoincrement,
    user_id       bigint not null references users (id) on delete cascade,
    name          text not null,
    -- SHA-256 of the token: a stolen backup opens nothing.
    token_hash    text not null unique,
    created_at    bigint not null,
    -- Whole days since 1970: more is nobody's business.
    last_used_day bigint,
    -- Null for one that never runs out.
    expires_at    bigint
);
create index api_tokens_by_user on api_tokens (user_id, id);

-- Files that are compared with the library without being taken into it.
create table checks (
    id             integer primary key autoincrement,
    owner_id       bigint not null references users (id) on delete cascade,
    -- The file; null once it was compared.
    sha256         text references blobs (sha256),
    -- Whether it is text, and not a file to be converted.
    is_text        bigint not null check (is_text in (0, 1)),
    title          text not null,
    file_name      text not null,
    state          text not null check (state in ('waiting', 'done', 'refused')),
    -- What was found (JSON).
    findings       text,
    failure_kind   text,
    failure_detail text,
    created_at     bigint not null
);
-- How many wait of one account.
create index checks_waiting on checks (owner_id) where state = 'waiting';
create index checks_by_age on checks (created_at);
-- The sweep asks by blob.
create index checks_by_blob on checks (sha256);
