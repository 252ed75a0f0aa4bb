import { setTimeout as sleep } from "node:timers/promises";
import { Unavailable } from "../../core/errors.ts";

const POLL_MS = 20;
/** After an error of the server: it is up, so nothing is won by asking often. */
const RETRY_MS = 500;

export type PageWait = {
  /** Where the page is served; null: not yet. May throw when there is nothing to wait for any more. */
  address(): string | null;
  timeoutMs: number;
  /** Ends the wait early, without an error. */
  signal: AbortSignal;
};

/** Waits until the page answers and says where; null when the wait was ended. Throws Unavailable after `timeoutMs`. */
export async function awaitPage({ address, timeoutMs, signal }: PageWait): Promise<string | null> {
  const deadline = performance.now() + timeoutMs;
  while (!signal.aborted) {
    const served = address();
    const status = served === null ? null : await statusOf(served);
    // A gateway that is published under another name refuses this one, and is up.
    if (status !== null && status < 500) return served;
    if (performance.now() > deadline) {
      throw new Unavailable(
        `The page did not answer within ${timeoutMs} ms: what the gateway printed above says why (START_TIMEOUT_MS gives it longer).`,
      );
    }
    await sleep(status === null ? POLL_MS : RETRY_MS);
  }
  return null;
}

async function statusOf(address: string): Promise<number | null> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(5_000), redirect: "manual" });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return null;
  }
}
