-- The same file by another owner is asked for before anything is drawn.
create index documents_by_file on documents (original_sha256, id);

-- The inverted index of the sampled shingles, made anew (nothing was in it): a
-- segment is written and taken away in many short transactions and is asked
-- only while it is live.
drop table signature_blocks;
drop table signature_segments;
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
