import { randomUUID } from "node:crypto";
import pg from "pg";
import type { Append, Subject } from "./subjects.ts";

/**
 * The same order and the same group commit with nothing else: no command ids, fences, jobs, salts, members, limits,
 * row rights or check of the data. What the log costs above this is what those columns and checks cost.
 */
const SCHEMA = `
create table if not exists bare_events (
  org_id uuid not null, position bigint not null, stream_name text not null, stream_version integer not null,
  type text not null, data jsonb not null, metadata jsonb not null, recorded_at timestamptz not null default now(),
  primary key (org_id, position), unique (org_id, stream_name, stream_version));
create or replace function bare_append(batch jsonb, orgs uuid[]) returns table (item integer, version integer)
language plpgsql as $$
#variable_conflict use_column
begin
  perform pg_advisory_xact_lock(k) from (
    select distinct hashtextextended(o::text, 7) as k from unnest(bare_append.orgs) as o order by 1) as keys;
  perform pg_notify('bare', '');
  return query
  with asked as materialized (
    select x.ord::integer as item, (x.e->>0)::uuid as org_id, x.e->>1 as stream, x.e->3 as metadata, x.e->4 as events,
      jsonb_array_length(x.e->4) as amount, (x.e->>2)::integer as expected,
      coalesce((select max(ev.stream_version) from bare_events as ev
        where ev.org_id = (x.e->>0)::uuid and ev.stream_name = x.e->>1), 0) as found
    from jsonb_array_elements(bare_append.batch) with ordinality as x(e, ord)
  ), heads as materialized (
    select o.org_id, coalesce((select max(ev.position) from bare_events as ev where ev.org_id = o.org_id), 0) as position
    from unnest(bare_append.orgs) as o(org_id)
  ), accepted as materialized (
    select asked.*, heads.position - amount + sum(amount) over (partition by org_id order by item) as start
    from asked join heads using (org_id) where expected = found
  ), inserted as (
    insert into bare_events select a.org_id, (a.start + e.ord)::bigint, a.stream, a.found + e.ord::integer,
      'RunSteered', e.e, a.metadata from accepted as a cross join lateral jsonb_array_elements(a.events)
        with ordinality as e(e, ord)
  )
  select a.item, a.found + a.amount from accepted as a;
end $$;`;

type Waiting = { item: unknown[]; done: (version: number) => void; failed: (error: Error) => void };

export async function openBareFunction(
  url: string,
  organizations: readonly string[],
  payload: () => object,
): Promise<Subject> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(SCHEMA);
  let waiting: Waiting[] = [];
  let sending = false;

  async function pump(): Promise<void> {
    if (sending) return;
    sending = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await send(client, batch);
      await new Promise((resolve) => setImmediate(resolve));
    }
    sending = false;
  }

  let next = 0;
  return {
    openStream(): Append {
      const orgId = organizations[next++ % organizations.length];
      const stream = `run-${randomUUID()}`;
      let version = 0;
      return async (amount) => {
        const metadata = { actor: { kind: "system", id: "bench" }, commandId: randomUUID() };
        const item = [orgId, stream, version, metadata, Array.from({ length: amount }, payload)];
        version = await new Promise((done, failed) => {
          waiting.push({ item, done, failed });
          queueMicrotask(() => void pump());
        });
      };
    },
    close: () => client.end(),
  };
}

async function send(client: pg.Client, batch: readonly Waiting[]): Promise<void> {
  const orgs = [...new Set(batch.map(({ item }) => item[0]))];
  const { rows } = await client.query<{ item: number; version: number }>({
    name: "bare_append",
    text: "select * from bare_append($1, $2)",
    values: [JSON.stringify(batch.map(({ item }) => item)), orgs],
  });
  const versions = new Map(rows.map((row) => [row.item, row.version]));
  batch.forEach(({ done, failed }, index) => {
    const version = versions.get(index + 1);
    if (version === undefined) failed(new Error("the bare function has refused an append"));
    else done(version);
  });
}
