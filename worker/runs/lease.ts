import { acquireLease, releaseLease, renewLease } from "../../sql/leases.ts";
import type { WorkerParts } from "../parts.ts";

export type RunIdentity = { orgId: string; runId: string };

/** The right to append for a run. `lost` is aborted the moment that the right is gone or in doubt. */
export type HeldLease = {
  fence: number;
  previousHolder: string | null;
  lost: AbortSignal;
  release(): Promise<void>;
};

/**
 * Takes the lease of a run and renews it until it is released; null when another worker holds it. A renewal
 * that fails is tried again until the lease would have run out: then `lost` fires, because somebody else may
 * hold it now.
 */
export async function holdLease(parts: WorkerParts, run: RunIdentity): Promise<HeldLease | null> {
  const { pool, holder, settings } = parts;
  const ttlMs = settings.LEASE_TTL_MS;
  const acquired = await acquireLease(pool, { ...run, holder, ttlMs });
  if (!acquired) return null;

  const { fence } = acquired;
  const lost = new AbortController();
  let validUntil = Date.now() + ttlMs;
  let renewing = false;

  async function renew() {
    if (renewing) return;
    renewing = true;
    try {
      const asked = Date.now();
      if (await renewLease(pool, { ...run, holder, fence, ttlMs })) validUntil = asked + ttlMs;
      else lost.abort();
    } catch {
      // The database is away: the lease stays ours until it runs out, and the next tick tries again.
    } finally {
      renewing = false;
    }
  }

  const timer = setInterval(() => {
    if (Date.now() >= validUntil) lost.abort();
    else void renew();
  }, settings.LEASE_RENEW_MS);

  return {
    fence,
    previousHolder: acquired.previousHolder,
    lost: lost.signal,
    async release() {
      clearInterval(timer);
      await releaseLease(pool, { ...run, fence });
    },
  };
}
