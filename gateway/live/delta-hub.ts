import { messageOf } from "../../core/errors.ts";
import type { DeltaFrame } from "../../core/protocol.ts";

export type Watch = (orgId: string, fn: (frame: DeltaFrame) => void) => Promise<() => Promise<void>>;

/** Transient frames, fetched from the database only for organizations that somebody watches here. */
export type DeltaHub = {
  /** Returns its end. */
  watch(orgId: string, fn: (frame: DeltaFrame) => void): () => void;
  close(): Promise<void>;
};

type Listening = { listeners: Set<(frame: DeltaFrame) => void>; stop: Promise<() => Promise<void>> };

export function makeDeltaHub(watchDeltas: Watch, log: (line: string) => void): DeltaHub {
  const organizations = new Map<string, Listening>();

  function listen(orgId: string): Listening {
    const listeners = new Set<(frame: DeltaFrame) => void>();
    const tell = (frame: DeltaFrame) => {
      for (const listener of listeners) listener(frame);
    };
    // Without it the text comes whole at the end of each message: worse, not wrong.
    const stop = watchDeltas(orgId, tell).catch((error: unknown) => {
      log(`live text is not available: ${messageOf(error)}`);
      return async () => {};
    });
    return { listeners, stop };
  }

  async function end(listening: Listening): Promise<void> {
    const stop = await listening.stop;
    await stop().catch((error: unknown) => log(`live text did not end cleanly: ${messageOf(error)}`));
  }

  return {
    watch(orgId, fn) {
      const listening = organizations.get(orgId) ?? listen(orgId);
      organizations.set(orgId, listening);
      listening.listeners.add(fn);
      return () => {
        if (!listening.listeners.delete(fn) || listening.listeners.size > 0) return;
        if (organizations.get(orgId) === listening) organizations.delete(orgId);
        void end(listening);
      };
    },
    async close() {
      const all = [...organizations.values()];
      organizations.clear();
      await Promise.all(all.map(end));
    },
  };
}
