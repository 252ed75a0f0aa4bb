/** Any number of waits that end together. */
export type Waiters = {
  /** Resolves at the next `wakeAll`, or when the signal says stop. */
  wait(signal: AbortSignal): Promise<void>;
  wakeAll(): void;
};

export function makeWaiters(): Waiters {
  const waiting = new Set<() => void>();
  return {
    wait(signal) {
      if (signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const go = () => {
          waiting.delete(go);
          signal.removeEventListener("abort", go);
          resolve();
        };
        waiting.add(go);
        signal.addEventListener("abort", go, { once: true });
      });
    },
    wakeAll() {
      for (const go of [...waiting]) go();
    },
  };
}
