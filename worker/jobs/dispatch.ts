import { runProjection } from "../../projections/run-projection.ts";
import { taskState } from "../../projections/task-state/projection.ts";
import { queuedRuns } from "../../projections/task-state/queries.ts";
import type { WorkerParts } from "../parts.ts";
import { organizations } from "./organizations.ts";

export type AddRunJob = (run: { orgId: string; runId: string }) => Promise<void>;

/**
 * Gives every queued run its job. The projection is brought up to the log first, because the run that asked for
 * this dispatch must be in it; a run that has its job already keeps it (one waiting job a run).
 */
export async function dispatchRuns(parts: WorkerParts, addRunJob: AddRunJob): Promise<number> {
  for (const orgId of await organizations(parts.pool)) {
    await runProjection(parts, taskState, orgId);
  }
  const queued = await queuedRuns(parts.pool);
  for (const { orgId, runId } of queued) await addRunJob({ orgId, runId });
  return queued.length;
}
