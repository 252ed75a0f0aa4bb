import { randomUUID } from "node:crypto";
import type pg from "pg";
import { type EventStore, makeEventStore } from "../../../sql/event-store.ts";
import { appendRequest, renamed } from "../../support/appends.ts";

/** Where an event ended up: its log and its position in it. */
export type Place = { log: string; position: number };

/** Something that numbers events: written by several processes, read after a position. */
export type Design = {
  /** Once, as the administrator, before anything else. */
  prepare(admin: pg.ClientBase): Promise<void>;
  makeWriter(pool: pg.Pool, logs: readonly string[]): { write(): Promise<Place[]>; close(): Promise<void> };
  readAfter(pool: pg.Pool, log: string, position: number): Promise<number[]>;
  /** All positions that are stored, in order. */
  stored(admin: pg.ClientBase, log: string): Promise<number[]>;
};

const READ_LIMIT = 500;

/** Our log: 1 to 3 events an append, a third of the appends on streams that every process writes to. */
export const log: Design = {
  prepare: async () => {},
  makeWriter: (pool, logs) => {
    const store = makeEventStore(pool);
    return { write: () => writeToLog(store, logs), close: () => store.close() };
  },
  readAfter: async (pool, orgId, position) => {
    const { events } = await makeEventStore(pool).readLog(orgId, { after: position, limit: READ_LIMIT });
    return events.map((event) => event.position);
  },
  stored: async (admin, orgId) => {
    const { rows } = await admin.query<{ position: string }>(
      "select position from events where org_id = $1 order by position",
      [orgId],
    );
    return rows.map((row) => Number(row.position));
  },
};

async function writeToLog(store: EventStore, logs: readonly string[]): Promise<Place[]> {
  const orgId = logs[Math.floor(Math.random() * logs.length)] ?? "";
  const events = Array.from({ length: 1 + Math.floor(Math.random() * 3) }, () => renamed());
  const stream = `task-${Math.random() < 0.3 ? orgId : randomUUID()}`;
  const { fromPosition, position } = await store.append(appendRequest(orgId, { stream, events }));
  return Array.from({ length: position - fromPosition + 1 }, (_, i) => ({
    log: orgId,
    position: fromPosition + i,
  }));
}

/** What most programs do: a table with an identity column, one event a transaction. */
export const sequence: Design = {
  prepare: async (admin) => {
    await admin.query(`create table if not exists plain_events (position bigserial primary key, log text, data jsonb);
      grant all on plain_events to worker; grant all on plain_events_position_seq to worker`);
  },
  makeWriter: (pool, logs) => ({ write: () => writeToSequence(pool, logs[0] ?? ""), close: async () => {} }),
  readAfter: async (pool, _, position) => {
    const { rows } = await pool.query<{ position: number }>(
      "select position from plain_events where position > $1 order by position limit $2",
      [position, READ_LIMIT],
    );
    return rows.map((row) => row.position);
  },
  stored: async (admin) => {
    const { rows } = await admin.query<{ position: string }>(
      "select position from plain_events order by position",
    );
    return rows.map((row) => Number(row.position));
  },
};

async function writeToSequence(pool: pg.Pool, name: string): Promise<Place[]> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const { rows } = await client.query<{ position: number }>(
      "insert into plain_events (log, data) values ($1, $2) returning position",
      [name, JSON.stringify(renamed())],
    );
    await client.query("commit");
    return [{ log: name, position: rows[0]?.position ?? 0 }];
  } finally {
    client.release();
  }
}

export const designs = { log, sequence };
