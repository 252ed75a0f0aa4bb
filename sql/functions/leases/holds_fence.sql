-- Whether this is the fence of the run's lease still. It rises under the organization's lock only: asked under that
-- lock, the answer holds until commit.
create or replace function holds_fence(org uuid, run uuid, fence bigint) returns boolean
language sql stable
as $$
  select exists (select from leases as l where l.org_id = holds_fence.org and l.run_id = holds_fence.run
    and l.fence = holds_fence.fence);
$$;
revoke all on function holds_fence(uuid, uuid, bigint) from public;
