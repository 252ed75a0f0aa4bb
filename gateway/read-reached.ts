import { NotFound } from "../core/errors.ts";
import type { GatewayDeps } from "./deps.ts";

/**
 * Repeats `read` until its rows are true for `after`, so that people see what they have just done. Waits for
 * `READ_WAIT_MS` at most and then answers what there is: the answer's `position` tells. `read` may throw NotFound
 * for what is not there yet.
 */
export async function readReached<Answer extends { position: number }>(
  deps: Pick<GatewayDeps, "settings" | "wakeUps">,
  wanted: { orgId: string; after: number | undefined },
  read: () => Promise<Answer>,
): Promise<Answer> {
  const { READ_WAIT_MS, LOG_POLL_MS } = deps.settings;
  const deadline = Date.now() + READ_WAIT_MS;
  const latch = makeLatch();
  const stop = deps.wakeUps.onProjection(({ orgId }) => {
    if (orgId === wanted.orgId) latch.wake();
  });
  try {
    for (;;) {
      const left = wanted.after === undefined ? 0 : deadline - Date.now();
      const answer = await readUnlessTooEarly(read, left > 0);
      if (answer && (left <= 0 || answer.position >= (wanted.after ?? 0))) return answer;
      await latch.wait(Math.min(left, LOG_POLL_MS));
    }
  } finally {
    stop();
  }
}

/** Null: not found, but it may come. */
async function readUnlessTooEarly<Answer>(
  read: () => Promise<Answer>,
  mayWait: boolean,
): Promise<Answer | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NotFound && mayWait) return null;
    throw error;
  }
}

/** A wake-up that is not lost when it comes before the wait. For one waiter. */
function makeLatch() {
  let woken = false;
  let resume = () => {};
  return {
    wake() {
      woken = true;
      resume();
    },
    async wait(timeoutMs: number) {
      if (!woken) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs);
          resume = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      woken = false;
    },
  };
}
