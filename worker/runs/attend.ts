import { Fenced, messageOf } from "../../core/errors.ts";
import type { AgentSession } from "../agent/session.ts";
import type { WorkerParts } from "../parts.ts";
import { RunStopped } from "./failure.ts";
import { followRun } from "./follow-run.ts";
import type { Journal } from "./journal.ts";
import type { HeldLease, RunIdentity } from "./lease.ts";
import type { KnownRun } from "./read-run.ts";

/** One run in the hands of one driver. */
export type Drive = {
  parts: WorkerParts;
  run: RunIdentity;
  lease: HeldLease;
  known: KnownRun;
  journal: Journal;
  shutdown: AbortSignal;
};

/** What people may do to a run, and the session it is done to; `steered`: what was said before there was one. */
export type Stop = {
  controller: AbortController;
  reason: string | null;
  session: AgentSession | null;
  steered: string[];
};

/** One signal for everything that ends a run early: a person, the wall clock, a lost lease, a shutdown. */
export function attend(drive: Drive, stop: Stop): () => void {
  const { parts, run, known, lease, shutdown } = drive;
  const end = (error: Error, reason: string | null) => {
    if (stop.controller.signal.aborted) return;
    stop.reason = reason;
    stop.controller.abort(error);
    void stop.session?.abort().catch((thrown) => parts.log(`stopping ${run.runId}: ${messageOf(thrown)}`));
  };
  const onLost = () => end(new Fenced(run.runId, lease.fence), null);
  const onShutdown = () =>
    end(
      new RunStopped("internal", "The worker was shut down while this run was at work. Run it again."),
      null,
    );
  const minutes = Math.round(parts.settings.RUN_TIMEOUT_MS / 60_000);
  const timer = setTimeout(
    () =>
      end(new RunStopped("timeout", `The run took longer than ${minutes} minutes and was stopped.`), null),
    parts.settings.RUN_TIMEOUT_MS,
  );
  lease.lost.addEventListener("abort", onLost);
  shutdown.addEventListener("abort", onShutdown);
  if (shutdown.aborted) onShutdown();
  const unfollow = followRun(
    parts,
    { ...run, afterVersion: known.version },
    {
      async steer(text) {
        if (stop.session) await stop.session.steer(text);
        else stop.steered.push(text);
      },
      abort: (reason) => end(new RunStopped("internal", "The run was stopped."), reason),
    },
  );
  return () => {
    unfollow();
    clearTimeout(timer);
    lease.lost.removeEventListener("abort", onLost);
    shutdown.removeEventListener("abort", onShutdown);
  };
}
