-- Gives a lease back. The row and its fence stay, so that the next holder's fence is higher.
create or replace function release_lease(org uuid, run uuid, fence bigint) returns boolean
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
#variable_conflict use_column
begin
  update leases set holder = null, expires_at = clock_timestamp()
  where org_id = release_lease.org and run_id = release_lease.run and fence = release_lease.fence
    and holder is not null;
  return found;
end;
$$;
revoke all on function release_lease(uuid, uuid, bigint) from public;
grant execute on function release_lease(uuid, uuid, bigint) to worker;
