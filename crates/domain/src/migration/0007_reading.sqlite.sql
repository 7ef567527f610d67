-- When a document's score in reads, each halved every three days, falls to
-- one: the later, the more it is read. See trending.rs.
create table trending (
    document_id bigint primary key references documents (id) on delete cascade,
    cools_at    bigint not null
);
-- The list, by seek.
create index trending_hottest on trending (cools_at, document_id);

-- Whether a read has been paired with the other reads of its reader.
alter table document_views add column paired bigint not null default 0
    check (paired in (0, 1));
-- What is still to be paired: nearly nothing, nearly always.
create index document_views_unpaired on document_views (reader, document_id, day)
    where paired = 0;
-- What else a reader has read.
create index document_views_by_reader on document_views (reader, day);

-- How many readers read both documents; no person stands in it. Each pair is
-- there twice, once from either side.
create table co_reads (
    document_id bigint not null references documents (id) on delete cascade,
    other_id    bigint not null references documents (id) on delete cascade,
    readers     bigint not null check (readers >= 1),
    -- When the last of them did.
    day         bigint not null,
    primary key (document_id, other_id),
    check (document_id <> other_id)
);
-- For the cascade, and for what has not been read together for long.
create index co_reads_by_other on co_reads (other_id);
create index co_reads_by_day on co_reads (day);

-- The few strongest of co_reads that are listed, for the document page.
create table also_read (
    document_id bigint not null references documents (id) on delete cascade,
    other_id    bigint not null references documents (id) on delete cascade,
    score       double precision not null,
    primary key (document_id, other_id)
);
create index also_read_by_other on also_read (other_id);
