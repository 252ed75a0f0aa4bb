import { randomUUID } from "node:crypto";
import pg from "pg";
import type { Actor, NewEvent } from "../../../core/event.ts";
import { makePool } from "../../../sql/database.ts";
import { type EventStore, makeEventStore } from "../../../sql/event-store.ts";
import { ANY_VERSION, type AppendResult } from "../../../sql/log-types.ts";
import { makeTestDatabase, type TestDatabase } from "../postgres.ts";

export type TestLog = {
  database: TestDatabase;
  /** Role worker. */
  pool: pg.Pool;
  store: EventStore;
  append(stream: string, events: NewEvent[], orgId?: string): Promise<AppendResult>;
  /** As the owner of the cluster with all triggers off: what somebody with the disk in his hands could do. */
  tamper(sql: string, values?: unknown[]): Promise<void>;
  close(): Promise<void>;
};

export const WORKER: Actor = { kind: "system", id: "test" };

/** A database of its own with a store over it. */
export async function openLog(): Promise<TestLog> {
  const database = await makeTestDatabase();
  const pool = makePool(database.workerUrl, { name: "test" });
  const store = makeEventStore(pool);
  return {
    database,
    pool,
    store,
    append: (stream, events, orgId = database.orgId) =>
      store.append({
        ...{ orgId, stream, expectedVersion: ANY_VERSION, events, actor: WORKER },
        commandId: randomUUID(),
      }),
    tamper: (sql, values) => tamperWith(database.adminUrl, sql, values),
    async close() {
      await store.close();
      await pool.end();
      await database.drop();
    },
  };
}

/** The smallest event there is. */
export function renamed(title: string): NewEvent {
  return { type: "TaskRenamed", data: { title } };
}

async function tamperWith(adminUrl: string, sql: string, values: unknown[] = []): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    for (const table of ["events", "seals", "erasures", "commands"]) {
      await admin.query(`alter table ${table} disable trigger all`);
    }
    await admin.query(sql, values);
  } finally {
    await admin.end();
  }
}
