-- Who may do what. The three roles own nothing of this and bypass nothing: rows are seen through policies only.
-- gateway sees the organization its transaction has entered, worker all of them.

alter table events enable row level security;
alter table commands enable row level security;
alter table seals enable row level security;
alter table erasures enable row level security;
alter table leases enable row level security;
alter table asks enable row level security;
alter table delta_channels enable row level security;
alter table vault enable row level security;
alter table checkpoints enable row level security;

create policy gateway_reads on events for select to gateway using (
  org_id = (select nullif(current_setting('pihordev.org_id', true), '')::uuid)
  and ((select current_setting('pihordev.role', true)) in ('owner', 'admin')
    or type <> all (array(select a.type from audit_event_types as a)))
);
create policy gateway_reads on seals for select to gateway
  using (org_id = (select nullif(current_setting('pihordev.org_id', true), '')::uuid));
create policy gateway_reads on erasures for select to gateway
  using (org_id = (select nullif(current_setting('pihordev.org_id', true), '')::uuid));
create policy gateway_reads on leases for select to gateway
  using (org_id = (select nullif(current_setting('pihordev.org_id', true), '')::uuid));
create policy gateway_reads on checkpoints for select to gateway
  using (org_id = (select nullif(current_setting('pihordev.org_id', true), '')::uuid));
create policy gateway_seals on vault for insert to gateway
  with check (org_id = (select nullif(current_setting('pihordev.org_id', true), '')::uuid));
create policy gateway_removes on vault for delete to gateway
  using (org_id = (select nullif(current_setting('pihordev.org_id', true), '')::uuid));
-- Deleting by id must see the row; `sealed` is not among the columns it may read.
create policy gateway_finds on vault for select to gateway
  using (org_id = (select nullif(current_setting('pihordev.org_id', true), '')::uuid));

create policy worker_reads on events for select to worker using (true);
create policy worker_reads on commands for select to worker using (true);
create policy worker_reads on seals for select to worker using (true);
create policy worker_reads on erasures for select to worker using (true);
create policy worker_reads on leases for select to worker using (true);
create policy worker_all on vault for all to worker using (true) with check (true);
create policy worker_all on checkpoints for all to worker using (true) with check (true);

grant select on events, seals, erasures, leases, checkpoints, audit_event_types, models to gateway;
grant select (org_id, id, kind, key_id, created_at), insert, delete on vault to gateway;
grant select on events, commands, seals, erasures, leases, audit_event_types to worker;
grant select, insert, update, delete on vault, checkpoints, models to worker;
