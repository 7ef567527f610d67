-- What a page looks like from before the first click of its build-up
-- (position 0) to after the last. The page itself is its final state.
create table page_steps (
    document_id   bigint not null,
    page          bigint not null,
    position      bigint not null check (position >= 0),
    narrow_sha256 text not null references blobs (sha256),
    narrow_width  bigint not null,
    narrow_height bigint not null,
    wide_sha256   text not null references blobs (sha256),
    wide_width    bigint not null,
    wide_height   bigint not null,
    primary key (document_id, page, position),
    -- Steps go with their page: when a conversion begins anew, is refused, or
    -- the document is erased.
    foreign key (document_id, page) references document_pages (document_id, number) on delete cascade
);
