import { listLeases } from "../../sql/leases.ts";
import type { WorkerParts } from "../parts.ts";
import { sweepSandboxes } from "../sandbox/open-sandbox.ts";

/** Ends boxes of runs that nobody drives: left by a worker that died, or by an opening whose answer was lost. */
export async function sweepOrphans(parts: WorkerParts): Promise<number> {
  const deps = { settings: parts.settings, endpoint: parts.sandbox };
  return sweepSandboxes(deps, async ({ runId, createdAt }) => {
    const young = Date.now() - createdAt.getTime() < parts.settings.LEASE_TTL_MS;
    if (young) return false;
    const leases = await listLeases(parts.pool);
    return !leases.some((lease) => lease.runId === runId && !lease.expired);
  });
}
