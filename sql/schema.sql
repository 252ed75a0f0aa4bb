-- Written by `bun run dump-schema`: change the migrations, not this file.

-- tables
table auth.member (
  id uuid not null default gen_random_uuid(),
  "organizationId" uuid not null,
  "userId" uuid not null,
  role text not null default 'member'::text,
  "createdAt" timestamp with time zone not null default now()
); -- owner auth
table auth.organization (
  id uuid not null default gen_random_uuid(),
  name text not null,
  slug text not null,
  logo text,
  metadata text,
  "createdAt" timestamp with time zone not null default now()
); -- owner auth
table auth."user" (
  id uuid not null default gen_random_uuid(),
  name text not null,
  email text not null,
  "emailVerified" boolean not null default false,
  image text,
  "createdAt" timestamp with time zone not null default now(),
  "updatedAt" timestamp with time zone not null default now()
); -- owner auth
table projections.project (
  org_id uuid not null,
  project_id uuid not null,
  name text not null,
  url text not null,
  kind text not null,
  default_branch text,
  credential_id uuid,
  linked_at timestamp(3) with time zone not null
); -- owner worker, row-level security
table projections.run_state (
  org_id uuid not null,
  run_id uuid not null,
  task_id uuid not null,
  project_id uuid not null,
  attempt integer not null,
  status text not null,
  question_id uuid,
  model text not null,
  branch text not null,
  base_branch text,
  commit text,
  error_code text,
  error_message text,
  input_tokens bigint not null,
  output_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_write_tokens bigint not null,
  cost_microdollars bigint,
  requested_position bigint not null,
  requested_at timestamp(3) with time zone not null,
  started_at timestamp(3) with time zone,
  ended_at timestamp(3) with time zone
); -- owner worker, row-level security
table projections.task_state (
  org_id uuid not null,
  task_id uuid not null,
  number integer not null,
  project_id uuid,
  title text not null,
  text text not null,
  status text not null,
  created_at timestamp(3) with time zone not null,
  created_by text not null
); -- owner worker, row-level security
unlogged table public.asks (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null,
  kind text not null,
  question jsonb not null,
  asked_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  taken_at timestamp with time zone,
  answered_at timestamp with time zone,
  answer jsonb,
  error_code text,
  error_message text
); -- owner log_owner, row-level security
table public.audit_event_types (
  type text not null
); -- owner log_owner
table public.checkpoints (
  org_id uuid not null,
  projection text not null,
  "position" bigint not null default 0,
  version integer not null default 1,
  error text,
  updated_at timestamp with time zone not null default now()
); -- owner log_owner, row-level security
table public.commands (
  org_id uuid not null,
  command_id uuid not null,
  from_position bigint not null,
  to_position bigint not null,
  stream_version integer not null
); -- owner log_owner, row-level security
unlogged table public.delta_channels (
  org_id uuid not null,
  channel text not null,
  watched_until timestamp with time zone not null
); -- owner log_owner, row-level security
table public.erasures (
  org_id uuid not null,
  "position" bigint not null,
  leaf bytea not null,
  reason text not null,
  erased_at timestamp(3) with time zone not null default now()
); -- owner log_owner, row-level security
table public.events (
  org_id uuid not null,
  "position" bigint not null,
  stream_name text not null,
  stream_version integer not null,
  id uuid not null,
  type text not null,
  schema_version smallint not null,
  data jsonb,
  metadata jsonb not null,
  salt bytea not null,
  occurred_at timestamp(3) with time zone not null,
  recorded_at timestamp(3) with time zone not null
); -- owner log_owner, row-level security
table public.leases (
  org_id uuid not null,
  run_id uuid not null,
  holder text,
  fence bigint not null,
  expires_at timestamp with time zone not null
); -- owner log_owner, row-level security
table public.migrations (
  name text not null,
  sha256 text not null,
  applied_at timestamp with time zone not null default now()
); -- owner log_owner
table public.models (
  ref text not null,
  rank integer not null,
  is_default boolean not null,
  model jsonb not null,
  saved_at timestamp with time zone not null default now()
); -- owner log_owner
table public.seals (
  org_id uuid not null,
  from_position bigint not null,
  to_position bigint not null,
  seal bytea not null,
  sealed_at timestamp(3) with time zone not null default now(),
  leaves bytea not null
); -- owner log_owner, row-level security
table public.vault (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  kind text not null,
  key_id text not null,
  sealed bytea not null,
  created_at timestamp(3) with time zone not null default now()
); -- owner log_owner, row-level security

-- constraints
auth.member: "member_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES auth.organization(id) ON DELETE CASCADE
auth.member: "member_organizationId_userId_key" UNIQUE ("organizationId", "userId")
auth.member: member_pkey PRIMARY KEY (id)
auth.member: "member_userId_fkey" FOREIGN KEY ("userId") REFERENCES auth."user"(id) ON DELETE CASCADE
auth.organization: organization_pkey PRIMARY KEY (id)
auth.organization: organization_slug_key UNIQUE (slug)
auth."user": user_email_key UNIQUE (email)
auth."user": user_pkey PRIMARY KEY (id)
projections.project: project_pkey PRIMARY KEY (org_id, project_id)
projections.run_state: run_state_pkey PRIMARY KEY (org_id, run_id)
projections.task_state: task_state_org_id_number_key UNIQUE (org_id, number) DEFERRABLE INITIALLY DEFERRED
projections.task_state: task_state_pkey PRIMARY KEY (org_id, task_id)
public.asks: asks_pkey PRIMARY KEY (id)
public.audit_event_types: audit_event_types_pkey PRIMARY KEY (type)
public.checkpoints: checkpoints_pkey PRIMARY KEY (org_id, projection)
public.commands: commands_pkey PRIMARY KEY (org_id, command_id)
public.delta_channels: delta_channels_pkey PRIMARY KEY (org_id)
public.erasures: erasures_leaf_check CHECK ((length(leaf) = 32))
public.erasures: erasures_pkey PRIMARY KEY (org_id, "position")
public.events: events_check CHECK (((length(salt) = 16) OR (data IS NULL)))
public.events: events_org_id_stream_name_stream_version_key UNIQUE (org_id, stream_name, stream_version)
public.events: events_pkey PRIMARY KEY (org_id, "position")
public.events: events_position_check CHECK (("position" > 0))
public.events: events_schema_version_check CHECK ((schema_version > 0))
public.events: events_stream_version_check CHECK ((stream_version > 0))
public.leases: leases_fence_check CHECK ((fence > 0))
public.leases: leases_pkey PRIMARY KEY (org_id, run_id)
public.migrations: migrations_pkey PRIMARY KEY (name)
public.models: models_pkey PRIMARY KEY (ref)
public.seals: seals_check CHECK (((from_position > 0) AND (to_position >= from_position)))
public.seals: seals_check1 CHECK ((length(leaves) = (32 * ((to_position - from_position) + 1))))
public.seals: seals_org_id_from_position_key UNIQUE (org_id, from_position)
public.seals: seals_pkey PRIMARY KEY (org_id, to_position)
public.seals: seals_seal_check CHECK ((length(seal) = 32))
public.vault: vault_kind_check CHECK ((kind = ANY (ARRAY['git'::text, 'provider'::text, 'project'::text])))
public.vault: vault_pkey PRIMARY KEY (org_id, id)

-- indexes
CREATE UNIQUE INDEX "member_organizationId_userId_key" ON auth.member USING btree ("organizationId", "userId")
CREATE UNIQUE INDEX member_pkey ON auth.member USING btree (id)
CREATE INDEX member_user ON auth.member USING btree ("userId")
CREATE UNIQUE INDEX organization_pkey ON auth.organization USING btree (id)
CREATE UNIQUE INDEX organization_slug_key ON auth.organization USING btree (slug)
CREATE UNIQUE INDEX user_email_key ON auth."user" USING btree (email)
CREATE UNIQUE INDEX user_pkey ON auth."user" USING btree (id)
CREATE UNIQUE INDEX project_pkey ON projections.project USING btree (org_id, project_id)
CREATE UNIQUE INDEX run_state_pkey ON projections.run_state USING btree (org_id, run_id)
CREATE INDEX run_state_queued ON projections.run_state USING btree (requested_at) WHERE (status = 'queued'::text)
CREATE INDEX run_state_task ON projections.run_state USING btree (org_id, task_id)
CREATE UNIQUE INDEX task_state_org_id_number_key ON projections.task_state USING btree (org_id, number)
CREATE UNIQUE INDEX task_state_pkey ON projections.task_state USING btree (org_id, task_id)
CREATE UNIQUE INDEX asks_pkey ON public.asks USING btree (id)
CREATE INDEX asks_waiting ON public.asks USING btree (asked_at) WHERE (taken_at IS NULL)
CREATE UNIQUE INDEX audit_event_types_pkey ON public.audit_event_types USING btree (type)
CREATE UNIQUE INDEX checkpoints_pkey ON public.checkpoints USING btree (org_id, projection)
CREATE UNIQUE INDEX commands_pkey ON public.commands USING btree (org_id, command_id)
CREATE UNIQUE INDEX delta_channels_pkey ON public.delta_channels USING btree (org_id)
CREATE UNIQUE INDEX erasures_pkey ON public.erasures USING btree (org_id, "position")
CREATE UNIQUE INDEX events_org_id_stream_name_stream_version_key ON public.events USING btree (org_id, stream_name, stream_version)
CREATE UNIQUE INDEX events_pkey ON public.events USING btree (org_id, "position")
CREATE INDEX events_recorded_at ON public.events USING brin (recorded_at) WITH (pages_per_range='32')
CREATE INDEX leases_expires_at ON public.leases USING btree (expires_at) WHERE (holder IS NOT NULL)
CREATE UNIQUE INDEX leases_pkey ON public.leases USING btree (org_id, run_id)
CREATE UNIQUE INDEX migrations_pkey ON public.migrations USING btree (name)
CREATE UNIQUE INDEX models_pkey ON public.models USING btree (ref)
CREATE UNIQUE INDEX seals_org_id_from_position_key ON public.seals USING btree (org_id, from_position)
CREATE UNIQUE INDEX seals_pkey ON public.seals USING btree (org_id, to_position)
CREATE UNIQUE INDEX vault_pkey ON public.vault USING btree (org_id, id)

-- policies
projections.project: gateway_reads for select to gateway using (org_id = ( SELECT (NULLIF(current_setting('pihordev.org_id'::text, true), ''::text))::uuid AS "nullif"))
projections.run_state: gateway_reads for select to gateway using (org_id = ( SELECT (NULLIF(current_setting('pihordev.org_id'::text, true), ''::text))::uuid AS "nullif"))
projections.task_state: gateway_reads for select to gateway using (org_id = ( SELECT (NULLIF(current_setting('pihordev.org_id'::text, true), ''::text))::uuid AS "nullif"))
public.checkpoints: gateway_reads for select to gateway using (org_id = ( SELECT (NULLIF(current_setting('pihordev.org_id'::text, true), ''::text))::uuid AS "nullif"))
public.checkpoints: worker_all for all to worker using true with check true
public.commands: worker_reads for select to worker using true
public.erasures: gateway_reads for select to gateway using (org_id = ( SELECT (NULLIF(current_setting('pihordev.org_id'::text, true), ''::text))::uuid AS "nullif"))
public.erasures: worker_reads for select to worker using true
public.events: gateway_reads for select to gateway using ((org_id = ( SELECT (NULLIF(current_setting('pihordev.org_id'::text, true), ''::text))::uuid AS "nullif")) AND ((( SELECT current_setting('pihordev.role'::text, true) AS current_setting) = ANY (ARRAY['owner'::text, 'admin'::text])) OR (type <> ALL (ARRAY( SELECT a.type FROM audit_event_types a)))))
public.events: worker_reads for select to worker using true
public.leases: gateway_reads for select to gateway using (org_id = ( SELECT (NULLIF(current_setting('pihordev.org_id'::text, true), ''::text))::uuid AS "nullif"))
public.leases: worker_reads for select to worker using true
public.seals: gateway_reads for select to gateway using (org_id = ( SELECT (NULLIF(current_setting('pihordev.org_id'::text, true), ''::text))::uuid AS "nullif"))
public.seals: worker_reads for select to worker using true
public.vault: gateway_finds for select to gateway using (org_id = ( SELECT (NULLIF(current_setting('pihordev.org_id'::text, true), ''::text))::uuid AS "nullif"))
public.vault: gateway_removes for delete to gateway using (org_id = ( SELECT (NULLIF(current_setting('pihordev.org_id'::text, true), ''::text))::uuid AS "nullif"))
public.vault: gateway_seals for insert to gateway with check (org_id = ( SELECT (NULLIF(current_setting('pihordev.org_id'::text, true), ''::text))::uuid AS "nullif"))
public.vault: worker_all for all to worker using true with check true

-- triggers
CREATE CONSTRAINT TRIGGER member_keep_an_owner AFTER DELETE OR UPDATE ON auth.member DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION auth.keep_an_owner()
CREATE TRIGGER commands_refuse_change BEFORE DELETE OR UPDATE ON public.commands FOR EACH ROW EXECUTE FUNCTION refuse_change() -- always
CREATE TRIGGER commands_refuse_truncate BEFORE TRUNCATE ON public.commands FOR EACH STATEMENT EXECUTE FUNCTION refuse_change() -- always
CREATE TRIGGER erasures_refuse_change BEFORE DELETE OR UPDATE ON public.erasures FOR EACH ROW EXECUTE FUNCTION refuse_change() -- always
CREATE TRIGGER erasures_refuse_truncate BEFORE TRUNCATE ON public.erasures FOR EACH STATEMENT EXECUTE FUNCTION refuse_change() -- always
CREATE TRIGGER events_refuse_change BEFORE DELETE OR UPDATE ON public.events FOR EACH ROW EXECUTE FUNCTION refuse_change() -- always
CREATE TRIGGER events_refuse_truncate BEFORE TRUNCATE ON public.events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change() -- always
CREATE TRIGGER seals_refuse_change BEFORE DELETE OR UPDATE ON public.seals FOR EACH ROW EXECUTE FUNCTION refuse_change() -- always
CREATE TRIGGER seals_refuse_truncate BEFORE TRUNCATE ON public.seals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change() -- always

-- functions
auth.keep_an_owner() returns trigger, security definer, set search_path=pg_catalog, pg_temp -- owner auth
public.acquire_lease(org uuid, run uuid, holder text, ttl_ms integer) returns TABLE(fence bigint, previous_holder text), security definer, set search_path=pg_catalog, public, pg_temp -- owner log_owner, executed by worker
public.add_batch_jobs(batch jsonb, jobs jsonb) returns void -- owner log_owner
public.answer_ask(id uuid, answer jsonb, error_code text, error_message text) returns void, security definer, set search_path=pg_catalog, public, pg_temp -- owner log_owner, executed by worker
public.append_batch(batch jsonb, orgs uuid[], jobs jsonb DEFAULT NULL::jsonb) returns TABLE(item integer, refusal text, from_position bigint, to_position bigint, stream_version integer), security definer, set search_path=pg_catalog, public, pg_temp, set enable_seqscan=off -- owner log_owner, executed by gateway, worker
public.append_refusal(item jsonb, version integer, done commands) returns text -- owner log_owner
public.ask(org uuid, kind text, question jsonb, timeout_ms integer) returns uuid, security definer, set search_path=pg_catalog, public, pg_temp -- owner log_owner, executed by gateway, worker
public.delta_channel(org uuid) returns text, security definer, set search_path=pg_catalog, public, pg_temp -- owner log_owner, executed by worker
public.enter_log(org uuid) returns void -- owner log_owner, executed by gateway, worker
public.enter_organization(org uuid, person uuid) returns text, security definer, set search_path=pg_catalog, public, pg_temp -- owner log_owner, executed by gateway
public.erase_payload(org uuid, at bigint, leaf bytea, reason text) returns boolean, security definer, set search_path=pg_catalog, public, pg_temp -- owner log_owner, executed by worker
public.holds_fence(org uuid, run uuid, fence bigint) returns boolean -- owner log_owner
public.is_member(org uuid, person uuid) returns boolean, security definer, set search_path=pg_catalog, public, pg_temp -- owner log_owner, executed by gateway, worker
public.is_of_stream(org uuid, at bigint, stream text) returns boolean -- owner log_owner
public.local_owner() returns TABLE(org_id uuid, slug text, organization_name text, person_id uuid, person_name text), security definer, set search_path=pg_catalog, public, pg_temp -- owner log_owner, executed by gateway, worker
public.lock_organizations(orgs uuid[]) returns void -- owner log_owner
public.log_head(org uuid) returns bigint, security definer, set search_path=pg_catalog, public, pg_temp -- owner log_owner, executed by gateway, worker
public.log_heads() returns TABLE(org_id uuid, head bigint), security definer, set search_path=pg_catalog, public, pg_temp -- owner log_owner, executed by worker
public.read_log(org uuid, after bigint, amount integer, streams text[] DEFAULT NULL::text[]) returns TABLE(head bigint, event events), set enable_seqscan=off, set enable_bitmapscan=off -- owner log_owner, executed by gateway, worker
public.read_stream(org uuid, stream text, after integer, amount integer) returns SETOF events, set enable_seqscan=off, set enable_bitmapscan=off -- owner log_owner, executed by gateway, worker
public.refuse_change() returns trigger -- owner log_owner
public.release_lease(org uuid, run uuid, fence bigint) returns boolean, security definer, set search_path=pg_catalog, public, pg_temp -- owner log_owner, executed by worker
public.renew_lease(org uuid, run uuid, holder text, fence bigint, ttl_ms integer) returns boolean, security definer, set search_path=pg_catalog, public, pg_temp -- owner log_owner, executed by worker
public.save_seal(org uuid, from_position bigint, to_position bigint, seal bytea, leaves bytea) returns boolean, security definer, set search_path=pg_catalog, public, pg_temp -- owner log_owner, executed by worker
public.take_answer(id uuid) returns TABLE(answer jsonb, error_code text, error_message text), security definer, set search_path=pg_catalog, public, pg_temp -- owner log_owner, executed by gateway, worker
public.take_ask(kinds text[]) returns TABLE(id uuid, org_id uuid, kind text, question jsonb), security definer, set search_path=pg_catalog, public, pg_temp -- owner log_owner, executed by worker
public.watch_deltas(org uuid, ttl_ms integer) returns text, security definer, set search_path=pg_catalog, public, pg_temp -- owner log_owner, executed by gateway
public.withdraw_ask(id uuid) returns void, security definer, set search_path=pg_catalog, public, pg_temp -- owner log_owner, executed by gateway, worker

-- rights on tables
auth.member: log_owner select
auth.organization: log_owner select
auth."user": log_owner select
projections.project: gateway select
projections.run_state: gateway select
projections.task_state: gateway select
public.audit_event_types: gateway select
public.audit_event_types: worker select
public.checkpoints: gateway select
public.checkpoints: worker delete, insert, select, update
public.commands: worker select
public.erasures: gateway select
public.erasures: worker select
public.events: gateway select
public.events: worker select
public.leases: gateway select
public.leases: worker select
public.models: gateway select
public.models: worker delete, insert, select, update
public.seals: gateway select
public.seals: worker select
public.vault: gateway delete, insert
public.vault: worker delete, insert, select, update

-- rights on columns
public.vault: gateway select (org_id, id, kind, key_id, created_at)
