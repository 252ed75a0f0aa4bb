-- The organization and the owner that the migration made: the first of each. Ends with sign-in.
create or replace function local_owner()
returns table (org_id uuid, slug text, organization_name text, person_id uuid, person_name text)
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
  select o.id, o.slug, o.name, u.id, u.name
  from auth.member as m
  join auth.organization as o on o.id = m."organizationId"
  join auth."user" as u on u.id = m."userId"
  where m.role = 'owner'
  order by o."createdAt", o.id, m."createdAt", m.id limit 1;
$$;
revoke all on function local_owner() from public;
grant execute on function local_owner() to gateway, worker;
