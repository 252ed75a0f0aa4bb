-- Membership as identity's own tables have it at this moment. The instance's own log has no members: what a person
-- does outside any organization is written there.
create or replace function is_member(org uuid, person uuid) returns boolean
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
  select is_member.org = '00000000-0000-0000-0000-000000000000'
    or exists (select from auth.member as m where m."organizationId" = is_member.org and m."userId" = is_member.person);
$$;
revoke all on function is_member(uuid, uuid) from public;
grant execute on function is_member(uuid, uuid) to gateway, worker;
