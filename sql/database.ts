import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { Unavailable } from "../core/errors.ts";
import type { DB } from "./database-types.generated.ts";

export type Database = DB;

export type PoolOptions = {
  /** Connections at most. */
  max?: number;
  /** Shown in pg_stat_activity. */
  name?: string;
  /** How long a statement waits for a lock, for example for an organization that another is writing to. */
  lockTimeoutMs?: number;
  /** A transaction that holds an organization's lock must not be able to hold it for ever. */
  idleInTransactionTimeoutMs?: number;
};

const INT8 = 20;

/** A pool whose int8 columns are numbers; one beyond 2^53 throws instead of being rounded. */
export function makePool(url: string, options: PoolOptions = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 8,
    application_name: options.name ?? "pihordev",
    connectionTimeoutMillis: 15_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    types: { getTypeParser },
    lock_timeout: options.lockTimeoutMs ?? 15_000,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 60_000,
  });
  // Without a listener a connection that breaks while idle would end the process; the pool replaces it by itself.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

/** Typed queries over a pool. */
export function makeDatabase(pool: pg.Pool): Kysely<Database> {
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}

const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: "text" | "binary") => {
  if (oid === INT8 && format !== "binary") return safeInteger;
  return format === "binary" ? pg.types.getTypeParser(oid, "binary") : pg.types.getTypeParser(oid, "text");
};

function safeInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new Unavailable(`The database gave the number ${text}, which is beyond 2^53 and would be rounded.`);
}
