import { messageOf, Unavailable } from "../../core/errors.ts";
import { startGateway, startWorker } from "./parts/children.ts";
import { healParts } from "./parts/heal.ts";
import type { Parts, Plan } from "./parts/parts.ts";

export type Installation = {
  /** Resolves when every part was started; ends early, without the rest, when `signal` says so. */
  start(signal: AbortSignal): Promise<void>;
  /** Port of the page; null: not served yet. Throws Unavailable when the gateway keeps ending: it printed why. */
  pagePort(): number | null;
  /** Ends the parts in order. Safe after a start that failed half-way. */
  stop(): Promise<void>;
};

/** So many ends in a row before the first answer are no accident: the first may have been a port just taken. */
const HOPELESS = 2;

/**
 * The parts in their order: database, sandbox server, gateway, worker; ended with the worker first, so that it can
 * hand back what it was at, then the gateway, the sandboxes and last the database.
 */
export function makeInstallation(plan: Plan): Installation {
  const parts: Parts = { database: null, sandbox: null, gateway: null, pagePort: null, worker: null };
  let stopHealing: (() => Promise<void>) | null = null;
  return {
    async start(signal) {
      await startParts(plan, parts, signal);
      if (!signal.aborted) stopHealing = healParts(plan, parts);
    },
    pagePort() {
      if (parts.pagePort !== null || (parts.gateway?.failures() ?? 0) < HOPELESS) return parts.pagePort;
      throw new Unavailable("The page cannot be served: what the gateway printed above says why.");
    },
    async stop() {
      await stopHealing?.();
      await stopParts(plan, parts);
    },
  };
}

async function startParts(plan: Plan, parts: Parts, signal: AbortSignal): Promise<void> {
  parts.database = await plan.openDatabase();
  plan.lock?.update({ database: parts.database.urls });
  // The page asks only the database: it comes up while the sandbox server does.
  if (plan.port !== null && !signal.aborted) startGateway(plan, parts, plan.port);
  if (plan.openSandbox === null || signal.aborted) return;
  parts.sandbox = await plan.openSandbox();
  if (!signal.aborted) startWorker(plan, parts);
}

async function stopParts(plan: Plan, parts: Parts): Promise<void> {
  const { SHUTDOWN_TIMEOUT_MS } = plan.settings;
  await parts.worker?.stop(SHUTDOWN_TIMEOUT_MS);
  await parts.gateway?.stop(SHUTDOWN_TIMEOUT_MS);
  // Each is tried: a sandbox server that will not end must not leave the database running.
  for (const part of [parts.sandbox, parts.database]) {
    await part?.stop().catch((error) => plan.say(messageOf(error)));
  }
  plan.lock?.release();
}
