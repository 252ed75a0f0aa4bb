-- Rows of the projection project_list. Dropped and made again when this file changes, the checkpoint with them.
drop table if exists projections.project;
delete from public.checkpoints where projection = 'project_list';

create table projections.project (
  org_id uuid not null,
  project_id uuid not null,
  name text not null,
  url text not null,
  kind text not null,
  default_branch text,
  -- Of the credentials in the vault; says nothing by itself.
  credential_id uuid,
  linked_at timestamptz(3) not null,
  primary key (org_id, project_id)
);

alter table projections.project enable row level security;
create policy gateway_reads on projections.project for select to gateway
  using (org_id = (select nullif(current_setting('pihordev.org_id', true), '')::uuid));
grant select on projections.project to gateway;
