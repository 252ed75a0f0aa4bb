-- Takes a run's lease when nobody holds it or its holder's time is over, by the database's clock, and raises the
-- fence: what the former holder still appends is refused. One row, or none when another holds it. Its own holder
-- asks for renewal, not for a new lease.
-- LOCK: the organization, until commit: an append with the old fence is either before this or refused.
create or replace function acquire_lease(org uuid, run uuid, holder text, ttl_ms integer)
returns table (fence bigint, previous_holder text)
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
#variable_conflict use_column
begin
  perform lock_organizations(array[acquire_lease.org]);
  return query
  with former as (
    select l.holder, l.fence, l.expires_at from leases as l
    where l.org_id = acquire_lease.org and l.run_id = acquire_lease.run
  ), taken as (
    insert into leases as l (org_id, run_id, holder, fence, expires_at)
    values (acquire_lease.org, acquire_lease.run, acquire_lease.holder, 1,
      clock_timestamp() + acquire_lease.ttl_ms * interval '1 millisecond')
    on conflict (org_id, run_id) do update
      set holder = excluded.holder, fence = l.fence + 1, expires_at = excluded.expires_at
      where l.holder is null or l.expires_at <= clock_timestamp()
    returning l.fence
  )
  select taken.fence, former.holder from taken left join former on true;
end;
$$;
revoke all on function acquire_lease(uuid, uuid, text, integer) from public;
grant execute on function acquire_lease(uuid, uuid, text, integer) to worker;
