-- Holds each organization until commit: only one transaction at a time appends to it or raises a fence in it.
-- Sorted by key, so that two callers with the same organizations cannot wait for each other. Call it as a statement
-- of its own: a statement that locks and reads would read what was there before it waited.
create or replace function lock_organizations(orgs uuid[]) returns void
language sql volatile
as $$
  select pg_advisory_xact_lock(k.key)
  from (select distinct hashtextextended(o::text, 0) as key from unnest(lock_organizations.orgs) as o order by 1) as k;
$$;
revoke all on function lock_organizations(uuid[]) from public;
