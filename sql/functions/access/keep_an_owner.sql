-- role: auth
-- At commit, so that ownership can be handed over in one transaction, every organization that still exists has an
-- owner.
create or replace function auth.keep_an_owner() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from auth.organization as o where o.id = old."organizationId")
    and not exists (select from auth.member as m where m."organizationId" = old."organizationId" and m.role = 'owner') then
    raise exception 'organization % would have no owner', old."organizationId" using errcode = 'check_violation';
  end if;
  return null;
end;
$$;
revoke all on function auth.keep_an_owner() from public;
drop trigger if exists member_keep_an_owner on auth.member;
create constraint trigger member_keep_an_owner after update or delete on auth.member
  deferrable initially deferred for each row execute function auth.keep_an_owner();
