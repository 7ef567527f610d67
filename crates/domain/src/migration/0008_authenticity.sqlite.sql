-- Where a document stands that is not published yet (state 'converting'): its
-- pages are being drawn, it is being compared with the library, or it waits
-- for a reviewer. Without meaning in every other state.
alter table documents add column stage text not null default 'drawing'
    check (stage in ('drawing', 'checking', 'held'));
-- A statute, standard, template or form: what others repeat of it is no copy.
alter table documents add column is_reference bigint not null default 0
    check (is_reference in (0, 1));
-- The queue of the reviewers and what is being compared: nearly nothing.
create index documents_unpublished on documents (stage, id) where state = 'converting';

-- By what a document's text is recognised. The id is what postings name: a
-- document that is signed anew gets a new one, and the postings of the old one
-- are dropped when segments are merged.
create table signatures (
    id          integer primary key autoincrement,
    document_id bigint not null unique references documents (id) on delete cascade,
    -- Of the method: another one makes the signature anew.
    version     bigint not null,
    -- SHA-256 of the normalised text, and its length in characters.
    text_sha256 text not null,
    chars       bigint not null,
    -- The document that stands for all with this text; the earliest of them.
    cluster_id  bigint not null,
    -- Sampled shingles that are in no segment yet; null when they are in one,
    -- and for a copy, for which the first of its cluster stands.
    hashes      blob
);
create index signatures_by_text on signatures (text_sha256, id);
create index signatures_by_cluster on signatures (cluster_id, id);
create index signatures_waiting on signatures (id) where hashes is not null;

-- The inverted index of the sampled shingles, as immutable segments that are
-- merged as they grow; a block holds the postings of 1/2^bits of the hashes.
create table signature_segments (
    id         integer primary key autoincrement,
    bits       bigint not null,
    signatures bigint not null,
    postings   bigint not null
);
create table signature_blocks (
    segment_id bigint not null references signature_segments (id) on delete cascade,
    block      bigint not null,
    postings   blob not null,
    primary key (segment_id, block)
) without rowid;

-- What a check found, made anew as a whole by every check.
create table findings (
    id          integer primary key autoincrement,
    document_id bigint not null references documents (id) on delete cascade,
    -- In the order in which they are shown.
    position    bigint not null,
    kind        text not null,
    -- The other document, when it is about two; it may be gone.
    other_id    bigint references documents (id) on delete set null,
    -- For reviewers alone: a mere hint, or about a document that is not public.
    is_hint     bigint not null check (is_hint in (0, 1)),
    -- The finding with its evidence (JSON).
    finding     text not null,
    created_at  bigint not null,
    unique (document_id, position)
);
create index findings_by_other on findings (other_id);

-- What a reviewer has seen and let pass: it holds the document no more.
create table accepted_findings (
    document_id bigint not null references documents (id) on delete cascade,
    kind        text not null,
    -- 0 when the finding is about this document alone.
    other_id    bigint not null,
    actor_id    bigint references users (id) on delete set null,
    accepted_at bigint not null,
    primary key (document_id, kind, other_id)
);

-- Uploads that wait for a reviewer.
create table reviews (
    document_id   bigint primary key references documents (id) on delete cascade,
    held_at       bigint not null,
    -- What the uploader says to it.
    explanation   text not null default '',
    claimed_by    bigint references users (id) on delete set null,
    claimed_until bigint not null default 0
);
create index reviews_oldest on reviews (held_at, document_id);

-- Each line of the audit log with the hash of itself and all before it.
create table audit_chain (
    id   bigint primary key references audit_log (id),
    hash text not null
);
create trigger audit_chain_no_update before update on audit_chain
    begin select raise(abort, 'audit_chain is append-only'); end;
create trigger audit_chain_no_delete before delete on audit_chain
    begin select raise(abort, 'audit_chain is append-only'); end;
