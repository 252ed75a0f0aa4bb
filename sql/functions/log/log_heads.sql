-- Last position of every organization that has one: for workers, which serve them all. A walk along the primary
-- key, one step an organization.
create or replace function log_heads() returns table (org_id uuid, head bigint)
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
  with recursive organizations as (
    (select e.org_id from events as e order by e.org_id limit 1)
    union all
    select (select e.org_id from events as e where e.org_id > o.org_id order by e.org_id limit 1)
    from organizations as o where o.org_id is not null
  )
  select o.org_id, log_head(o.org_id) from organizations as o where o.org_id is not null;
$$;
revoke all on function log_heads() from public;
grant execute on function log_heads() to worker;
