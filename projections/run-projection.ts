import pg from "pg";
import { messageOf, UnknownEvent } from "../core/errors.ts";
import type { RecordedEvent } from "../core/event.ts";
import { schemaVersionOf } from "../core/event-catalog.ts";
import { lockCheckpoint, markCheckpointFailed, saveCheckpoint } from "../sql/checkpoints.ts";
import { type EventStore, readLogWith } from "../sql/event-store.ts";
import type { Projection } from "./projection.ts";
import { inTransaction } from "./transaction.ts";

/** Where the events come from and the rows go to, as role worker. */
export type ProjectedLog = { pool: pg.Pool; store: EventStore; batchSize?: number };
export type RunResult = { position: number; events: number };

const BATCH = 1_000;
const LOCK_NOT_AVAILABLE = "55P03";

/**
 * Folds what an organization's log holds after the projection's checkpoint, batch by batch, until it is caught up;
 * rows and checkpoint move in one transaction a batch. Safe in many processes at once: who finds the checkpoint
 * moved reads again. Rows of an older version, and rows that a payload went into which was erased since, are made
 * anew from position 0 in one transaction. Throws what stopped it, after writing it beside the checkpoint: it keeps
 * its place, before an unknown event or a batch that failed.
 */
export async function runProjection(
  log: ProjectedLog,
  projection: Projection,
  orgId: string,
): Promise<RunResult> {
  const { pool, store, batchSize = BATCH } = log;
  const work: Work = { pool, store, batchSize, projection, orgId };
  try {
    return await catchUp(work);
  } catch (thrown) {
    if (isBusy(thrown)) return { position: (await checkpointOf(work)).position, events: 0 };
    const failure = { orgId, projection: projection.name, error: messageOf(thrown) };
    await markCheckpointFailed(pool, failure).catch(() => {});
    throw thrown;
  }
}

type Work = Required<ProjectedLog> & { projection: Projection; orgId: string };

async function catchUp(work: Work): Promise<RunResult> {
  let events = 0;
  for (;;) {
    const { pool, store, orgId, projection, batchSize } = work;
    const start = await checkpointOf(work);
    if (start.version !== projection.version && start.position > 0) {
      await rebuildProjection(pool, projection, orgId);
      continue;
    }
    const page = await store.readLog(orgId, { after: start.position, limit: batchSize });
    if (page.to === start.position) return { position: page.to, events };
    const known = untilUnknown(page.events);
    const to = known.stopped ? known.stopped.position - 1 : page.to;
    if (to > start.position && (await applyBatch(work, start.position, { events: known.events, to }))) {
      events += known.events.length;
    }
    if (known.stopped) throw new UnknownEvent(known.stopped.type, known.stopped.schemaVersion);
  }
}

/** False: another process was faster or is at it, and nothing was done. */
async function applyBatch(work: Work, after: number, batch: { events: RecordedEvent[]; to: number }) {
  const { pool, projection, orgId } = work;
  return inTransaction(pool, async (client) => {
    if ((await lockCheckpoint(client, orgId, projection.name)) !== after) return false;
    await projection.apply(client, orgId, batch.events);
    if (batch.events.some((event) => event.type === "PayloadErased")) {
      await makeAnew(client, work, batch.to);
    }
    await finish(client, work, batch.to);
    return true;
  });
}

/**
 * Makes an organization's rows anew from position 0 up to where they were, in one transaction: readers see the old
 * ones until it commits. Throws what a batch throws; then nothing has changed.
 */
export async function rebuildProjection(pool: pg.Pool, projection: Projection, orgId: string): Promise<void> {
  const work = { projection, orgId };
  await inTransaction(pool, async (client) => {
    const target = await lockCheckpoint(client, orgId, projection.name);
    await makeAnew(client, work, target);
    await finish(client, work, target);
  });
}

type Rows = Pick<Work, "projection" | "orgId">;

async function makeAnew(client: pg.PoolClient, { projection, orgId }: Rows, target: number): Promise<void> {
  for (const table of projection.tables) {
    await client.query(`delete from projections.${table} where org_id = $1`, [orgId]);
  }
  for (let position = 0; position < target; ) {
    const limit = Math.min(BATCH, target - position);
    const page = await readLogWith(client, orgId, { after: position, limit });
    const known = untilUnknown(page.events);
    if (known.stopped) throw new UnknownEvent(known.stopped.type, known.stopped.schemaVersion);
    await projection.apply(client, orgId, known.events);
    position = page.to;
  }
}

/** Last in the transaction: the checkpoint, and a hint on commit for whoever waits; who misses it polls. */
async function finish(client: pg.PoolClient, { projection, orgId }: Rows, position: number): Promise<void> {
  await saveCheckpoint(client, { orgId, projection: projection.name, position, version: projection.version });
  await client.query("select pg_notify('projections', $1)", [`${orgId} ${projection.name} ${position}`]);
}

/** The events before the first one that this program does not know, whether or not the projection uses it. */
function untilUnknown(events: readonly RecordedEvent[]) {
  const index = events.findIndex((event) => !isKnown(event));
  if (index === -1) return { events: [...events], stopped: null };
  return { events: events.slice(0, index), stopped: events[index] ?? null };
}

function isKnown(event: RecordedEvent): boolean {
  try {
    return event.schemaVersion <= schemaVersionOf(event.type);
  } catch (thrown) {
    if (thrown instanceof UnknownEvent) return false;
    throw thrown;
  }
}

async function checkpointOf({ pool, projection, orgId }: Work) {
  const { rows } = await pool.query<{ position: number; version: number }>(
    "select position, version from checkpoints where org_id = $1 and projection = $2",
    [orgId, projection.name],
  );
  return rows[0] ?? { position: 0, version: 0 };
}

/** Another process holds the checkpoint for long, as in a rebuild: it does the work. */
function isBusy(thrown: unknown): boolean {
  return thrown instanceof pg.DatabaseError && thrown.code === LOCK_NOT_AVAILABLE;
}
