-- Moves the end of a lease that is still this holder's; false when another has taken it. One that ran out and that
-- nobody took is renewed: the holder never stopped.
create or replace function renew_lease(org uuid, run uuid, holder text, fence bigint, ttl_ms integer) returns boolean
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
#variable_conflict use_column
begin
  update leases set expires_at = clock_timestamp() + renew_lease.ttl_ms * interval '1 millisecond'
  where org_id = renew_lease.org and run_id = renew_lease.run
    and holder = renew_lease.holder and fence = renew_lease.fence;
  return found;
end;
$$;
revoke all on function renew_lease(uuid, uuid, text, bigint, integer) from public;
grant execute on function renew_lease(uuid, uuid, text, bigint, integer) to worker;
