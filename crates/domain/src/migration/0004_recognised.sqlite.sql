-- Whether a page was looked at by text recognition: its text, if it has any,
-- was read in its image and may be wrong.
alter table document_pages add column recognised bigint not null default 0;
