-- What its owner or staff want a document drawn by; what drew it is `engine`.
alter table documents add column engine_asked text not null default 'auto'
    check (engine_asked in ('auto', 'native', 'libreoffice'));
-- 1 while pages that can be read are to be drawn anew; they stay until the new
-- ones are all there.
alter table documents add column redrawing bigint not null default 0
    check (redrawing in (0, 1));
