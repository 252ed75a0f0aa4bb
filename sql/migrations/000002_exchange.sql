-- Between gateway and worker, besides the log. Unlogged: a crash of the server empties them, and nothing is lost.

create unlogged table asks (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  kind text not null,
  question jsonb not null,
  asked_at timestamptz not null default now(),
  -- Nobody waits for the answer after this.
  expires_at timestamptz not null,
  taken_at timestamptz,
  answered_at timestamptz,
  answer jsonb,
  error_code text,
  error_message text
);
create index asks_waiting on asks (asked_at) where taken_at is null;

-- The channel of an organization's token deltas is random, so that its name is a secret of gateway and worker.
create unlogged table delta_channels (
  org_id uuid primary key,
  channel text not null,
  -- Nobody watches after this.
  watched_until timestamptz not null
);

-- What the workers can run, with prices; written by a worker when it starts.
create table models (
  ref text primary key,
  rank integer not null,
  is_default boolean not null,
  model jsonb not null,
  saved_at timestamptz not null default now()
);

-- AES-256-GCM envelopes; opened in the worker only.
create table vault (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  kind text not null check (kind in ('git', 'provider', 'project')),
  key_id text not null,
  sealed bytea not null,
  created_at timestamptz(3) not null default now(),
  primary key (org_id, id)
);
