-- Last position of an organization, hidden events included; 0 for an empty log.
create or replace function log_head(org uuid) returns bigint
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
  select coalesce(max(e.position), 0) from events as e where e.org_id = log_head.org;
$$;
revoke all on function log_head(uuid) from public;
grant execute on function log_head(uuid) to gateway, worker;
