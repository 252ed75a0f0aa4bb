import { setTimeout as sleep } from "node:timers/promises";
import { Unavailable } from "../../core/errors.ts";

const POLL_MS = 50;

export type WaitOptions = {
  timeoutMs: number;
  /** Ends the wait early, without an error. */
  signal: AbortSignal;
  /** Throws when there is nothing to wait for any more. */
  check(): void;
};

/** Waits until the page answers. Throws Unavailable after `timeoutMs`, and what `check` throws. */
export async function awaitPage(address: string, { timeoutMs, signal, check }: WaitOptions): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!signal.aborted) {
    if (await answers(address)) return;
    check();
    if (performance.now() > deadline) {
      throw new Unavailable(
        `The page did not answer at ${address} within ${timeoutMs} ms: what the gateway printed above says why (START_TIMEOUT_MS gives it longer).`,
      );
    }
    await sleep(POLL_MS);
  }
}

/** Any answer but a server error: a gateway that is published under another name refuses this one, and is up. */
async function answers(address: string): Promise<boolean> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(5_000), redirect: "manual" });
    await response.arrayBuffer();
    return response.status < 500;
  } catch {
    return false;
  }
}
