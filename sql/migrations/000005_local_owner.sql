-- role: auth
-- Until sign-in exists there is one organization and one person, who owns it.

with person as (
  insert into auth."user" (name, email, "emailVerified") values ('Owner', 'owner@localhost', true) returning id
), organization as (
  insert into auth.organization (name, slug) values ('Local', 'local') returning id
)
insert into auth.member ("organizationId", "userId", role)
select organization.id, person.id, 'owner' from organization, person;
