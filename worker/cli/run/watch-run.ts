import { type KnownEvent, parseEvent } from "../../../core/event-catalog.ts";
import { streamName } from "../../../core/stream-name.ts";
import type { EventStore } from "../../../sql/event-store.ts";
import type { WakeUps } from "../../../sql/notifications.ts";

export type RunEnd = Extract<KnownEvent, { type: "RunCompleted" | "RunFailed" | "RunAborted" }>;

export type WatchedRun = {
  orgId: string;
  taskId: string;
  runId: string;
  /** Position to start after. */
  after: number;
  pollMs: number;
};

/** Gives every event of a task and its run to `show`, in order, until the run has ended. Catch-up and live alike. */
export async function watchRun(
  log: { store: EventStore; wakeUps: WakeUps },
  watched: WatchedRun,
  show: (event: KnownEvent) => void,
): Promise<RunEnd> {
  const { orgId, taskId, runId } = watched;
  const streams = [streamName("task", taskId), streamName("run", runId), streamName("transcript", runId)];
  let position = watched.after;
  for (;;) {
    const woken = nextWakeUp(log.wakeUps, watched);
    const { events, to } = await log.store.readLog(orgId, { after: position, streams });
    for (const stored of events) {
      const event = parseEvent(stored);
      show(event);
      if (isEnd(event)) {
        woken.cancel();
        return event;
      }
    }
    if (to > position) woken.cancel();
    else await woken.promise;
    position = to;
  }
}

function isEnd(event: KnownEvent): event is RunEnd {
  return event.type === "RunCompleted" || event.type === "RunFailed" || event.type === "RunAborted";
}

/** Resolves when the organization's log may have moved, at the latest after the poll interval. */
function nextWakeUp(
  wakeUps: WakeUps,
  { orgId, pollMs }: WatchedRun,
): { promise: Promise<void>; cancel(): void } {
  let cancel = () => {};
  const promise = new Promise<void>((resolve) => {
    const unlisten = wakeUps.onLog((orgIds) => {
      if (orgIds === null || orgIds.includes(orgId)) cancel();
    });
    const timer = setTimeout(() => cancel(), pollMs);
    cancel = () => {
      clearTimeout(timer);
      unlisten();
      resolve();
    };
  });
  return { promise, cancel };
}
