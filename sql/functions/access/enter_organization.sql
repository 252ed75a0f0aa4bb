-- Enters an organization as one of its members, for this transaction; answers the member's role. Raises
-- no_data_found when it does not exist or the person is no member: the two are never told apart.
create or replace function enter_organization(org uuid, person uuid) returns text
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_role text;
begin
  select m.role into v_role from auth.member as m
  where m."organizationId" = enter_organization.org and m."userId" = enter_organization.person;
  if not found then
    raise exception 'no organization % for person %', enter_organization.org, enter_organization.person
      using errcode = 'no_data_found';
  end if;
  perform set_config('pihordev.org_id', enter_organization.org::text, true),
    set_config('pihordev.person_id', enter_organization.person::text, true),
    set_config('pihordev.role', v_role, true);
  return v_role;
end;
$$;
revoke all on function enter_organization(uuid, uuid) from public;
grant execute on function enter_organization(uuid, uuid) to gateway;
