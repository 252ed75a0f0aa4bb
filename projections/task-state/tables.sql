-- Rows of the projection task_state. Dropped and made again when this file changes, the checkpoint with them.
drop table if exists projections.task_state, projections.run_state;
delete from public.checkpoints where projection = 'task_state';

create table projections.task_state (
  org_id uuid not null,
  task_id uuid not null,
  -- Rank among the organization's tasks: the #12 people say. An erased task keeps its number.
  number integer not null,
  -- null: the task's first event was erased, and only its number is left.
  project_id uuid,
  title text not null,
  text text not null,
  status text not null,
  created_at timestamptz(3) not null,
  created_by text not null,
  primary key (org_id, task_id),
  unique (org_id, number) deferrable initially deferred
);

create table projections.run_state (
  org_id uuid not null,
  run_id uuid not null,
  task_id uuid not null,
  project_id uuid not null,
  attempt integer not null,
  status text not null,
  -- The question that waits for an answer, also while the run is paused over it.
  question_id uuid,
  model text not null,
  branch text not null,
  base_branch text,
  "commit" text,
  error_code text,
  error_message text,
  input_tokens bigint not null,
  output_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_write_tokens bigint not null,
  -- null: at least one call was made with a model without a price.
  cost_microdollars bigint,
  requested_position bigint not null,
  requested_at timestamptz(3) not null,
  started_at timestamptz(3),
  ended_at timestamptz(3),
  primary key (org_id, run_id)
);
create index run_state_task on projections.run_state (org_id, task_id);
create index run_state_queued on projections.run_state (requested_at) where status = 'queued';

alter table projections.task_state enable row level security;
alter table projections.run_state enable row level security;
create policy gateway_reads on projections.task_state for select to gateway
  using (org_id = (select nullif(current_setting('pihordev.org_id', true), '')::uuid));
create policy gateway_reads on projections.run_state for select to gateway
  using (org_id = (select nullif(current_setting('pihordev.org_id', true), '')::uuid));
grant select on projections.task_state, projections.run_state to gateway;
