-- role: auth
-- Identity, membership and roles, with the column names of better-auth, which extends these tables later.

create table auth."user" (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  email text not null unique,
  "emailVerified" boolean not null default false,
  image text,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);

create table auth.organization (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  slug text not null unique,
  logo text,
  metadata text,
  "createdAt" timestamptz not null default now()
);

create table auth.member (
  id uuid primary key default gen_random_uuid(),
  "organizationId" uuid not null references auth.organization (id) on delete cascade,
  "userId" uuid not null references auth."user" (id) on delete cascade,
  role text not null default 'member',
  "createdAt" timestamptz not null default now(),
  unique ("organizationId", "userId")
);
create index member_user on auth.member ("userId");

-- Membership is asked at every append of a person; nothing else of this is read outside.
grant select on auth."user", auth.organization, auth.member to log_owner;
