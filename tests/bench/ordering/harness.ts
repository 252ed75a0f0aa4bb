import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { makePool } from "../../../sql/database.ts";
import { designs, type Place } from "./designs.ts";
import type { WriterOrders } from "./writer.ts";

export type OrderingOptions = {
  adminUrl: string;
  workerUrl: string;
  design: keyof typeof designs;
  writers: number;
  /** In all, over the writers. */
  events: number;
  logs: number;
  callers: number;
};

export type OrderingResult = {
  stored: number;
  acknowledged: number;
  delivered: number;
  /** Stored, behind the reader's position, and never given to it. */
  lost: number;
  /** Given to the reader out of order or twice. */
  outOfOrder: number;
  /** Acknowledged to a writer and not stored there. */
  missing: number;
  /** Logs whose positions are not exactly 1 to n. */
  gaps: number;
  /** Whether a writer was killed while it wrote. */
  killed: boolean;
};

const POLL_MS = 2;

/**
 * Several processes write, a reader polls after its position, the first writer is killed with -9 half way, and a
 * transaction that wrote is open in the same database all the time.
 */
export async function runOrdering(options: OrderingOptions): Promise<OrderingResult> {
  const design = designs[options.design];
  const admin = new pg.Client({ connectionString: options.adminUrl });
  await admin.connect();
  await design.prepare(admin);
  const closeLong = await openLongTransaction(options.adminUrl);
  const pool = makePool(options.workerUrl, { max: 2, name: "ordering reader" });
  const logs = Array.from({ length: options.logs }, () => randomUUID());
  const readers = logs.map((log) => ({ log, position: 0, seen: [] as number[] }));
  const acknowledged: Place[] = [];
  const writers = Array.from({ length: options.writers }, () => startWriter(options, logs, acknowledged));
  const half = options.events / options.writers / 2;
  let alive = writers.length;
  for (const { ended } of writers) void ended.then(() => (alive -= 1));
  let killed = false;
  const readOnce = async () => {
    for (const reader of readers) {
      for (const position of await design.readAfter(pool, reader.log, reader.position)) {
        reader.seen.push(position);
        reader.position = Math.max(reader.position, position);
      }
    }
  };
  while (alive > 0) {
    await readOnce();
    if (!killed && (writers[0]?.acknowledged() ?? 0) > half)
      killed = writers[0]?.child.kill("SIGKILL") ?? false;
    await sleep(POLL_MS);
  }
  for (let before = -1; before !== total(readers); ) {
    before = total(readers);
    await readOnce();
  }
  const stored = await Promise.all(logs.map((log) => design.stored(admin, log)));
  await closeLong();
  await pool.end();
  await admin.end();
  return { ...judge(logs, stored, { readers, acknowledged }), killed };
}

type Reader = { log: string; position: number; seen: number[] };

function judge(
  logs: readonly string[],
  stored: readonly number[][],
  { readers, acknowledged }: { readers: readonly Reader[]; acknowledged: readonly Place[] },
): Omit<OrderingResult, "killed"> {
  const sets = new Map(logs.map((log, i) => [log, new Set(stored[i])]));
  const count = (numbers: readonly number[]) => numbers.reduce((sum, n) => sum + n, 0);
  return {
    stored: count(stored.map((positions) => positions.length)),
    acknowledged: acknowledged.length,
    delivered: total(readers),
    lost: count(readers.map(({ log, seen }) => sets.get(log)?.difference(new Set(seen)).size ?? 0)),
    outOfOrder: count(
      readers.map(({ seen }) => seen.filter((p, i) => i > 0 && p <= (seen[i - 1] ?? 0)).length),
    ),
    missing: acknowledged.filter(({ log, position }) => !sets.get(log)?.has(position)).length,
    gaps: stored.filter((positions) => positions.some((position, i) => position !== i + 1)).length,
  };
}

function total(readers: readonly Reader[]): number {
  return readers.reduce((sum, { seen }) => sum + seen.length, 0);
}

function startWriter(options: OrderingOptions, logs: string[], acknowledged: Place[]) {
  const { workerUrl: url, design, callers } = options;
  const orders: WriterOrders = {
    url,
    design,
    logs,
    callers,
    events: Math.ceil(options.events / options.writers),
  };
  const child: ChildProcess = spawn(
    process.execPath,
    [join(import.meta.dirname, "writer.ts"), JSON.stringify(orders)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let own = 0;
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  if (child.stdout) {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const places = parsePlaces(line);
      acknowledged.push(...places);
      own += places.length;
    });
  }
  return { child, ended, acknowledged: () => own };
}

/** The last line of a writer that was killed may be cut. */
function parsePlaces(line: string): Place[] {
  try {
    return JSON.parse(line);
  } catch {
    return [];
  }
}

/** Has written, so it has a transaction id: a reader bounded by those would wait for it. */
async function openLongTransaction(adminUrl: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query("create table if not exists held_open (n int)");
  await client.query("begin");
  await client.query("insert into held_open values (1)");
  return async () => {
    await client.query("rollback");
    await client.end();
  };
}
