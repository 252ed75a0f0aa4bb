import { messageOf } from "../../core/errors.ts";
import { parseEvent } from "../../core/event-catalog.ts";
import { streamName } from "../../core/stream-name.ts";
import type { WorkerParts } from "../parts.ts";
import type { RunIdentity } from "./lease.ts";

/** What people do to a run while it works. */
export type Steering = {
  steer(text: string): Promise<void>;
  abort(reason: string): void;
};

/**
 * Tails the run's stream after `afterVersion` and passes on what people have asked for. Steering travels as
 * events, so it works from any gateway to any worker. Returns the function that stops following.
 */
export function followRun(
  parts: WorkerParts,
  run: RunIdentity & { afterVersion: number },
  steering: Steering,
): () => void {
  let version = run.afterVersion;
  let stopped = false;
  let reading = false;
  let again = false;

  async function read() {
    if (reading) {
      again = true;
      return;
    }
    reading = true;
    try {
      do {
        again = false;
        version = await readOnce(parts, run, { after: version, steering });
      } while (again && !stopped);
    } catch (error) {
      parts.log(`following run ${run.runId}: ${messageOf(error)}`);
    } finally {
      reading = false;
    }
  }

  const unlisten = parts.wakeUps.onLog((orgIds) => {
    if (!stopped && (orgIds === null || orgIds.includes(run.orgId))) void read();
  });
  const timer = setInterval(() => void read(), parts.settings.LOG_POLL_MS);
  void read();
  return () => {
    stopped = true;
    clearInterval(timer);
    unlisten();
  };
}

async function readOnce(
  parts: WorkerParts,
  run: RunIdentity,
  from: { after: number; steering: Steering },
): Promise<number> {
  let version = from.after;
  const events = await parts.store.readStream(run.orgId, streamName("run", run.runId), { after: version });
  for (const stored of events) {
    const event = parseEvent(stored);
    if (event.type === "RunSteered") await from.steering.steer(event.data.text);
    if (event.type === "RunAbortRequested") from.steering.abort(event.data.reason);
    version = stored.version;
  }
  return version;
}
