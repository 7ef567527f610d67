-- When the document was last compared with the library and something new was
-- found; null for one that never was.
alter table documents add column checked_at bigint;

-- Whether readers are told of what a reviewer let pass.
alter table accepted_findings add column is_shown bigint not null default 1
    check (is_shown in (0, 1));

-- The end of the chain: how many lines it has, the last of them and its hash.
-- Lines that are missing at the end of the log are missed by it.
create table audit_head (
    only_row bigint primary key check (only_row = 1),
    lines    bigint not null,
    last_id  bigint not null,
    hash     text not null
);
insert into audit_head (only_row, lines, last_id, hash) values (1, 0, 0, '');
create function audit_head_only_grows() returns trigger language plpgsql as $$
    begin
        if tg_op = 'DELETE' or new.lines < old.lines or new.last_id < old.last_id then
            raise exception 'audit_head only grows';
        end if;
        return new;
    end $$;
create trigger audit_head_only_grows before update or delete on audit_head
    for each row execute function audit_head_only_grows();
