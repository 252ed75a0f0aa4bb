-- Appends many requests in one transaction: `batch` is an array of
--   [0 org, 1 stream, 2 expected version or null, 3 command id, 4 person or null, 5 run or null, 6 fence or null,
--    7 metadata, 8 occurred at or null, 9 [[type, schema version, data, id, salt in base64], …]]
-- with each stream at most once, `orgs` its distinct organizations, `jobs` null or [[item, task, payload, key], …]
-- with `item` counting from 1. One row an item: `refusal` is null when it was appended now, else
--   'repeated' (first result given), 'reused' (command id of another stream), 'fenced', 'forbidden', 'conflict'.
-- A refusal concerns its own item only; any other error fails the whole batch.
--
-- LOCK: each organization of the batch until commit, in one order, so that two batches never deadlock. In a wider
-- transaction call it last: everyone who appends to these organizations waits for the commit.
-- How long that wait may be is the session's lock_timeout (makePool).
-- READ COMMITTED only: every statement after the lock needs a snapshot younger than the lock.
create or replace function append_batch(batch jsonb, orgs uuid[], jobs jsonb default null)
returns table (item integer, refusal text, from_position bigint, to_position bigint, stream_version integer)
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
  v_now timestamptz;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'append_batch needs read committed, not %', current_setting('transaction_isolation')
      using errcode = 'invalid_transaction_state';
  end if;
  perform lock_organizations(append_batch.orgs);
  perform pg_notify('log', case when cardinality(append_batch.orgs) < 200
    then array_to_string(append_batch.orgs, ',') else '' end);
  v_now := clock_timestamp();
  return query
  with asked as materialized (
    select x.ord::integer as item, (x.e->>0)::uuid as org_id, x.e->>1 as stream, (x.e->>3)::uuid as command_id,
      x.e->7 as metadata, coalesce((x.e->>8)::timestamptz, v_now) as occurred_at, x.e->9 as events,
      jsonb_array_length(x.e->9) as amount, found.version as found, first_result as done,
      append_refusal(x.e, found.version, first_result) as refusal
    from jsonb_array_elements(append_batch.batch) with ordinality as x(e, ord)
    cross join lateral (select coalesce(max(ev.stream_version), 0) as version from events as ev
      where ev.org_id = (x.e->>0)::uuid and ev.stream_name = x.e->>1) as found
    left join lateral (select c.* from commands as c
      where c.org_id = (x.e->>0)::uuid and c.command_id = (x.e->>3)::uuid limit 1) as first_result on true
  ), heads as materialized (
    select o.org_id, coalesce(last.position, 0) as position, greatest(v_now, last.recorded_at) as recorded_at
    from unnest(append_batch.orgs) as o(org_id)
    left join lateral (select ev.position, ev.recorded_at from events as ev
      where ev.org_id = o.org_id order by ev.position desc limit 1) as last on true
  ), accepted as materialized (
    select asked.*, heads.recorded_at, heads.position - asked.amount
      + sum(asked.amount) over (partition by asked.org_id order by asked.item) as start
    from asked join heads using (org_id) where asked.refusal is null
  ), inserted as (
    insert into events select a.org_id, (a.start + e.ord)::bigint, a.stream, a.found + e.ord::integer,
      (e.e->>3)::uuid, e.e->>0, (e.e->>1)::smallint, e.e->2, a.metadata, decode(e.e->>4, 'base64'),
      a.occurred_at, a.recorded_at
    from accepted as a cross join lateral jsonb_array_elements(a.events) with ordinality as e(e, ord)
  ), remembered as (
    insert into commands select a.org_id, a.command_id, (a.start + 1)::bigint, (a.start + a.amount)::bigint,
      a.found + a.amount from accepted as a
  )
  select asked.item, asked.refusal, coalesce((a.start + 1)::bigint, (asked.done).from_position),
    coalesce((a.start + a.amount)::bigint, (asked.done).to_position),
    coalesce(a.found + a.amount, (asked.done).stream_version, asked.found)
  from asked left join accepted as a using (item);
  if append_batch.jobs is not null then
    perform add_batch_jobs(append_batch.batch, append_batch.jobs);
  end if;
end;
$$;
revoke all on function append_batch(jsonb, uuid[], jsonb) from public;
grant execute on function append_batch(jsonb, uuid[], jsonb) to gateway, worker;
