-- The log. Rows are immutable: what a column means can never be changed afterwards.

create table events (
  org_id uuid not null,
  -- 1, 2, 3 … within the organization, without a gap: append_batch gives it under the organization's lock.
  position bigint not null check (position > 0),
  stream_name text not null,
  -- 1, 2, 3 … within the stream.
  stream_version integer not null check (stream_version > 0),
  id uuid not null,
  type text not null,
  schema_version smallint not null check (schema_version > 0),
  -- null: the payload was erased (erase_payload), the row stays.
  data jsonb,
  metadata jsonb not null,
  -- 16 random bytes: without them a seal would let a reader test guesses of an erased payload.
  salt bytea not null,
  -- The appender's clock.
  occurred_at timestamptz(3) not null,
  -- The database's clock under the organization's lock: never falls within an organization.
  recorded_at timestamptz(3) not null,
  primary key (org_id, position),
  unique (org_id, stream_name, stream_version),
  check (length(salt) = 16 or data is null)
);
create index events_recorded_at on events using brin (recorded_at) with (pages_per_range = 32);
comment on table events is 'Append-only, and only by append_batch: every other write is refused by a trigger.';

-- The first result of every append, so that a repeated command id is answered and not done again.
create table commands (
  org_id uuid not null,
  command_id uuid not null,
  from_position bigint not null,
  to_position bigint not null,
  stream_version integer not null,
  primary key (org_id, command_id)
);

-- Hash over each stretch of the log and over the seal before it, made after the fact by a job.
create table seals (
  org_id uuid not null,
  from_position bigint not null,
  to_position bigint not null,
  seal bytea not null check (length(seal) = 32),
  sealed_at timestamptz(3) not null default now(),
  primary key (org_id, to_position),
  unique (org_id, from_position),
  check (from_position > 0 and to_position >= from_position)
);

-- Leaf of an event whose payload was erased: the seals verify with it as they did with the payload.
create table erasures (
  org_id uuid not null,
  position bigint not null,
  leaf bytea not null check (length(leaf) = 32),
  reason text not null,
  erased_at timestamptz(3) not null default now(),
  primary key (org_id, position)
);

-- Who drives a run. The row outlives the lease, so that a fence never falls.
create table leases (
  org_id uuid not null,
  run_id uuid not null,
  -- null: released.
  holder text,
  fence bigint not null check (fence > 0),
  expires_at timestamptz not null,
  primary key (org_id, run_id)
);
create index leases_expires_at on leases (expires_at) where holder is not null;

-- Event types for owner and admin only; kept equal to the list in core by migrate.
create table audit_event_types (type text primary key);
