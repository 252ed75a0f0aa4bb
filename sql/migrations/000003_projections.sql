-- How far each projection has folded an organization's log. The row is locked while it works.
create table checkpoints (
  org_id uuid not null,
  projection text not null,
  position bigint not null default 0,
  -- Version of the projection's code that made the rows.
  version integer not null default 1,
  -- Why it stopped; null: it has not.
  error text,
  updated_at timestamptz not null default now(),
  primary key (org_id, projection)
);
