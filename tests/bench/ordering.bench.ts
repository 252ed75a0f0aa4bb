import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../../sql/embedded/launcher.ts";
import { migrate } from "../../sql/migrate.ts";
import type { Bench, BenchOptions, Row } from "./bench.ts";
import { type OrderingOptions, type OrderingResult, runOrdering } from "./ordering/harness.ts";

const EVENTS = 200_000;
/** Enough for losses to show; it is slow, one commit an event. */
const SEQUENCE_EVENTS = 20_000;
const WRITERS = 8;

/**
 * What a reader that only asks for what comes after its own position misses under eight writer processes, the first
 * of them killed in mid-batch, with a transaction open elsewhere: of our log, and of a plain sequence.
 */
async function run({ scale }: BenchOptions): Promise<{ name: string; rows: Row[] }> {
  const folder = mkdtempSync(join(tmpdir(), "pihordev-bench-ordering-"));
  chmodSync(folder, 0o755);
  const postgres = await startPostgres({ folder: join(folder, "postgres") });
  try {
    const passwords = { gateway: "bench", worker: "bench", auth: "bench" };
    const { workerUrl } = await migrate({ adminUrl: postgres.adminUrl, passwords });
    const both = { adminUrl: postgres.adminUrl, workerUrl, writers: WRITERS, callers: 16 };
    const log = await ordering({ ...both, design: "log", events: Math.ceil(EVENTS * scale), logs: 10 });
    const sequence = await ordering({
      ...both,
      design: "sequence",
      events: Math.ceil(SEQUENCE_EVENTS * scale),
      logs: 1,
    });
    return { name: "ordering", rows: [...log, ...sequence] };
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export default { name: "ordering", run } satisfies Bench;

async function ordering(options: OrderingOptions): Promise<Row[]> {
  const result = await runOrdering(options);
  if (!result.killed) throw new Error("No writer was killed while it wrote: the run proves nothing.");
  const row = (key: keyof OrderingResult, what: string, target?: string): Row => {
    const value = result[key];
    const label = `${options.design}: ${what}`;
    return { label, unit: "events", samples: [Number(value)], ...(target && { target }) };
  };
  const isLog = options.design === "log";
  return [
    row("stored", "stored"),
    row("lost", "stored and never given to the reader", isLog ? "max ≤ 0" : "min ≥ 1"),
    row("outOfOrder", "given out of order", isLog ? "max ≤ 0" : undefined),
    row("missing", "acknowledged and not stored", "max ≤ 0"),
  ];
}
