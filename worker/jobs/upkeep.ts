import { messageOf } from "../../core/errors.ts";
import { listLeases } from "../../sql/leases.ts";
import { sealOrganization } from "../../sql/seals.ts";
import type { WorkerParts } from "../parts.ts";
import { organizations } from "./organizations.ts";
import type { ProjectLoops } from "./project.ts";
import type { Runners } from "./runners.ts";

/** How often everything is looked at, whatever the wake-ups said: a lost one costs at most this. */
const SWEEP_MS = 5_000;

/**
 * Keeps an installation current: enqueues projections of organizations that moved, seals them, and gives runs
 * whose lease ran out to a new driver. Returns the function that stops it.
 */
export function startUpkeep(parts: WorkerParts, runners: Runners, loops: ProjectLoops): () => Promise<void> {
  const moved = new Set<string>();
  let ticking: Promise<void> = Promise.resolve();
  let sweptAt = 0;

  async function tick() {
    const sweep = Date.now() - sweptAt >= SWEEP_MS;
    if (sweep) sweptAt = Date.now();
    const orgIds = sweep ? await organizations(parts.pool) : [...moved];
    moved.clear();
    for (const orgId of orgIds) {
      if (sweep && !loops.has(orgId)) await runners.addProjectJob(orgId);
      await sealOrganization(parts.pool, orgId);
    }
    if (sweep) await sweepRuns(parts, runners);
  }

  const unlisten = parts.wakeUps.onLog((orgIds) => {
    if (orgIds === null) sweptAt = 0;
    for (const orgId of orgIds ?? []) {
      moved.add(orgId);
      if (!loops.has(orgId)) void runners.addProjectJob(orgId).catch(report);
    }
  });
  const report = (error: unknown) => parts.log(`upkeep: ${messageOf(error)}`);
  let running = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    ticking = tick()
      .catch(report)
      .finally(() => {
        running = false;
      });
  }, parts.settings.SEAL_INTERVAL_MS);

  return async () => {
    clearInterval(timer);
    unlisten();
    await ticking;
  };
}

/** Queued runs keep their job even if a worker died with it; runs without a live lease get a driver. */
async function sweepRuns(parts: WorkerParts, runners: Runners): Promise<void> {
  for (const { orgId, runId } of await listLeases(parts.pool, { expiredOnly: true })) {
    await runners.addRunJob({ orgId, runId });
  }
  await runners.addDispatchJob();
}
