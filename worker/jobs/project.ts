import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { messageOf } from "../../core/errors.ts";
import { projections } from "../../projections/registry.ts";
import { runProjection } from "../../projections/run-projection.ts";
import type { WorkerParts } from "../parts.ts";

const payloadSchema = z.strictObject({ orgId: z.uuid() });

/** Organizations that this process projects now: the enqueuer leaves them alone. */
export type ProjectLoops = Set<string>;

/**
 * Runs all projections of one organization until they are caught up and nothing has come for a second. A
 * projection that fails keeps its place and stops alone; the others go on.
 */
export function projectTask(parts: WorkerParts, loops: ProjectLoops) {
  return async (payload: unknown) => {
    const { orgId } = payloadSchema.parse(payload);
    loops.add(orgId);
    try {
      while (await woken(parts, orgId, () => catchUp(parts, orgId)));
    } finally {
      loops.delete(orgId);
    }
    await catchUp(parts, orgId);
  };
}

async function catchUp(parts: WorkerParts, orgId: string): Promise<void> {
  for (const projection of projections) {
    try {
      await runProjection(parts, projection, orgId);
    } catch (error) {
      parts.log(`projection ${projection.name}: ${messageOf(error)}`);
    }
  }
}

/** Listens before it works, so that what is appended meanwhile wakes it; false after an idle second. */
async function woken(parts: WorkerParts, orgId: string, work: () => Promise<void>): Promise<boolean> {
  const idle = new AbortController();
  let heard = false;
  const unlisten = parts.wakeUps.onLog((orgIds) => {
    if (orgIds !== null && !orgIds.includes(orgId)) return;
    heard = true;
    idle.abort();
  });
  try {
    await work();
    if (!heard)
      await sleep(parts.settings.PROJECTION_IDLE_MS, null, { signal: idle.signal }).catch(() => null);
    return heard;
  } finally {
    unlisten();
  }
}
