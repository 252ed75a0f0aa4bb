import { randomUUID } from "node:crypto";
import { PostgresEventStorageAdapter } from "@castore/event-storage-adapter-postgres";
import { getPostgreSQLEventStore } from "@event-driven-io/emmett-postgresql";
import pg from "pg";
import { makePool } from "../../../sql/database.ts";
import { makeEventStore } from "../../../sql/event-store.ts";

/** One writer of one stream: each call appends `events` to it, after what it appended before. */
export type Append = (events: number) => Promise<void>;
export type Subject = {
  /** A new stream, in one of ten organizations where there are such. */
  openStream(): Append;
  close(): Promise<void>;
};

const TEXT = "Read the failing test first, then change the smallest thing that makes it pass. ".repeat(4);

/** About 330 bytes of JSON, the same for everybody. */
export function payload() {
  return { messageId: randomUUID(), text: TEXT.slice(0, 270) };
}

export function openLog(workerUrl: string, organizations: readonly string[]): Subject {
  const pool = makePool(workerUrl, { name: "bench log" });
  const store = makeEventStore(pool);
  let next = 0;
  return {
    openStream: () => {
      const orgId = organizations[next++ % organizations.length] ?? "";
      const stream = `run-${randomUUID()}`;
      let version = 0;
      return async (amount) => {
        const events = Array.from({ length: amount }, () => ({ type: "RunSteered", data: payload() }));
        const actor = { kind: "system", id: "bench" } as const;
        const request = { orgId, stream, expectedVersion: version, events, actor, commandId: randomUUID() };
        version = (await store.append(request)).version;
      };
    },
    close: async () => {
      await store.close();
      await pool.end();
    },
  };
}

export async function openEmmett(url: string): Promise<Subject> {
  const store = getPostgreSQLEventStore(url);
  await store.schema.migrate();
  return {
    openStream: () => {
      const stream = `run-${randomUUID()}`;
      let version = 0n;
      return async (amount) => {
        const events = Array.from({ length: amount }, () => ({ type: "RunSteered", data: payload() }));
        const expectedStreamVersion = version === 0n ? "STREAM_DOES_NOT_EXIST" : version;
        const result = await store.appendToStream(stream, events, { expectedStreamVersion });
        version = result.nextExpectedStreamVersion;
      };
    },
    close: () => store.close(),
  };
}

/** It has no append of several events to one stream: they go one after the other. */
export async function openCastore(url: string): Promise<Subject> {
  const { tableName } = await PostgresEventStorageAdapter.createEventTable({
    connectionString: url,
    tableName: "castore_events",
    aggregateId: { type: "UUID" },
  });
  const adapter = new PostgresEventStorageAdapter({ connectionString: url, tableName });
  return {
    openStream: () => {
      const aggregateId = randomUUID();
      let version = 0;
      return async (amount) => {
        for (let i = 0; i < amount; i += 1) {
          version += 1;
          const event = { aggregateId, version, type: "RunSteered", payload: payload(), metadata: {} };
          await adapter.pushEvent(event, { eventStoreId: "run" });
        }
      };
    },
    close: async () => {},
  };
}

/** The floor: one multi-row INSERT a commit, one index, no check of anything. */
export async function openBareInsert(url: string, connections: number): Promise<Subject> {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  await pool.query(`create table if not exists bare (
    position bigint generated always as identity primary key, stream text, type text, data jsonb, metadata jsonb,
    recorded_at timestamptz default now())`);
  return {
    openStream: () => {
      const stream = `run-${randomUUID()}`;
      const metadata = JSON.stringify({ actor: { kind: "system", id: "bench" }, commandId: randomUUID() });
      return async (amount) => {
        const rows = Array.from({ length: amount }, (_, i) => `($1, 'RunSteered', $${i + 3}, $2)`);
        const values = Array.from({ length: amount }, () => JSON.stringify(payload()));
        await pool.query({
          name: `bare ${amount}`,
          text: `insert into bare (stream, type, data, metadata) values ${rows.join(", ")}`,
          values: [stream, metadata, ...values],
        });
      };
    },
    close: () => pool.end(),
  };
}
