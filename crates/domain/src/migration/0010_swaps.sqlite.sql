-- The same file by another owner is asked for before anything is drawn.
create index documents_by_file on documents (original_sha256, id);

-- Signatures and their inverted index, made anew (nothing was in them): hashes
-- that wait go in and out of a table of their own, so that the rows that stay
-- lie close together.
drop table signature_blocks;
drop table signature_segments;
drop table signatures;

-- By what a document's text is recognised. The id is what postings name: a
-- document that is signed anew gets a new one, and the postings of the old one
-- are dropped when segments are merged.
create table signatures (
    id          integer primary key autoincrement,
    document_id bigint not null unique references documents (id) on delete cascade,
    -- Of the method: another one makes the signature anew.
    version     bigint not null,
    -- Length of the normalised text in characters, and its SHA-256.
    chars       bigint not null,
    text_sha256 blob not null,
    -- The document that stands for all with this text; the earliest of them. It
    -- alone is in the index.
    cluster_id  bigint not null
);
create index signatures_by_text on signatures (text_sha256);
create index signatures_by_cluster on signatures (cluster_id);

-- Sampled shingles that are in no segment yet: of some hundred documents.
create table signature_hashes (
    signature_id integer primary key references signatures (id) on delete cascade,
    hashes       blob not null
);

-- A segment is written and taken away in many short transactions and is asked
-- only while it is live.
create table signature_segments (
    id              integer primary key autoincrement,
    state           text not null check (state in ('building', 'live', 'dropped')),
    bits            bigint not null,
    -- The signatures that it may hold postings of, and how many there were when
    -- it was written.
    first_signature bigint not null,
    last_signature  bigint not null,
    signatures      bigint not null,
    postings        bigint not null
);
create table signature_blocks (
    -- The segment's id times 2^24, plus the number of the block: one number,
    -- so that a block is found by the table's own key alone.
    id       integer primary key,
    postings blob not null
);

-- Words that stand in others' places in spun copies that a reviewer has
-- confirmed. What was learnt outlives the documents.
create table confirmed_swaps (
    word        text not null,
    substitute  text not null,
    document_id bigint not null,
    source_id   bigint not null,
    times       bigint not null,
    primary key (word, substitute, document_id)
);
