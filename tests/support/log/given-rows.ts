import { expect } from "vitest";
import type { NewEvent } from "../../../core/event.ts";
import type { Projection } from "../../../projections/projection.ts";
import { rebuildProjection, runProjection } from "../../../projections/run-projection.ts";
import type { TestLog } from "./open-log.ts";

/** One append: a stream and its events. */
export type Appended = readonly [stream: string, ...events: NewEvent[]];
type Tables = Record<string, Record<string, unknown>[]>;

/**
 * `given(appends).then(rows)` on Postgres, in an organization of its own. The rows must be the same when every
 * event is folded in a batch of its own, when the projection runs again, and when it is rebuilt from 0.
 */
export function givenRows(log: TestLog, projection: Projection) {
  return async (...appends: Appended[]) => {
    const { orgId } = await log.database.addOrganization();
    for (const [stream, ...events] of appends) await log.append(stream, events, orgId);
    await runProjection(log, projection, orgId);
    const rows = await rowsOf(log, projection, orgId);
    await runProjection(log, projection, orgId);
    expect(await rowsOf(log, projection, orgId), "run twice").toEqual(rows);
    await rebuildProjection(log.pool, projection, orgId);
    expect(await rowsOf(log, projection, orgId), "rebuilt").toEqual(rows);
    await forget(log, projection, orgId);
    await runProjection({ ...log, batchSize: 1 }, projection, orgId);
    expect(await rowsOf(log, projection, orgId), "event by event").toEqual(rows);
    return { orgId, rows };
  };
}

/** All rows of a projection in one organization, without `org_id`, in the order of their text. */
export async function rowsOf(log: TestLog, projection: Projection, orgId: string): Promise<Tables> {
  const tables: Tables = {};
  for (const table of projection.tables) {
    const { rows } = await log.pool.query<{ row: Record<string, unknown> }>(
      `select to_jsonb(t) - 'org_id' as row from projections.${table} as t where org_id = $1 order by t::text`,
      [orgId],
    );
    tables[table] = rows.map(({ row }) => row);
  }
  return tables;
}

async function forget(log: TestLog, projection: Projection, orgId: string): Promise<void> {
  for (const table of projection.tables) {
    await log.pool.query(`delete from projections.${table} where org_id = $1`, [orgId]);
  }
  await log.pool.query("delete from checkpoints where org_id = $1 and projection = $2", [
    orgId,
    projection.name,
  ]);
}
