import { Logger, type Runner, run } from "graphile-worker";
import type { WorkerParts } from "../parts.ts";
import { dispatchRuns } from "./dispatch.ts";
import { type ProjectLoops, projectTask } from "./project.ts";
import { runAgentTask } from "./run-agent.ts";

const SHORT_JOBS = 4;
const GRAPHILE_POLL_MS = 1_000;

export type Runners = {
  addRunJob(run: { orgId: string; runId: string }): Promise<void>;
  addProjectJob(orgId: string): Promise<void>;
  addDispatchJob(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Two runners: one for the long runs, one for short jobs, so that runs never starve projections. A job is not a
 * lease: Graphile frees a dead worker's job after 4 hours, the lease after seconds.
 */
export async function startRunners(
  parts: WorkerParts,
  { loops, shutdown }: { loops: ProjectLoops; shutdown: AbortSignal },
): Promise<Runners> {
  const shared = {
    pgPool: parts.pool,
    noHandleSignals: true,
    pollInterval: GRAPHILE_POLL_MS,
    logger: new Logger(() => (level, message) => {
      if (level === "error") parts.log(`jobs: ${message}`);
    }),
  };
  const long = await run({
    ...shared,
    concurrency: parts.settings.WORKER_CONCURRENCY,
    taskList: { run_agent: runAgentTask(parts, shutdown) },
  });
  const addRunJob: Runners["addRunJob"] = async (payload) => {
    await long.addJob("run_agent", payload, { jobKey: `run:${payload.runId}`, maxAttempts: 1 });
  };
  const short = await run({
    ...shared,
    concurrency: SHORT_JOBS,
    taskList: {
      dispatch: async () => {
        await dispatchRuns(parts, addRunJob);
      },
      project: projectTask(parts, loops),
    },
  });
  return { addRunJob, ...shortJobs(short), stop: () => stopBoth(long, short) };
}

function shortJobs(short: Runner) {
  return {
    async addProjectJob(orgId: string) {
      const jobKey = `project:${orgId}`;
      await short.addJob("project", { orgId }, { jobKey, jobKeyMode: "preserve_run_at" });
    },
    async addDispatchJob() {
      await short.addJob("dispatch", {}, { jobKey: "dispatch", jobKeyMode: "preserve_run_at" });
    },
  };
}

async function stopBoth(long: Runner, short: Runner): Promise<void> {
  await Promise.allSettled([long.stop(), short.stop()]);
}
