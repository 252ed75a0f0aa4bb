import { type Accessor, createEffect, createSignal } from "solid-js";
import { Rejected } from "../live/commands-in-flight.ts";
import { sentenceOf } from "../shell/create-app.ts";
import type { RunStore } from "../store.ts";
import type { Tail } from "../tail.ts";

export type PendingSteer = { commandId: string; text: string; acceptedAt: number | null };

export type Steers = {
  /** Sent and not yet among the recorded events. */
  pending: Accessor<readonly PendingSteer[]>;
  /** Resolves with a sentence when it was refused, and null when it was taken. */
  send(text: string): Promise<string | null>;
};

/** A message shows at once, and becomes solid when its event comes; a refused one goes back to its writer. */
export function createSteers(tail: Tail, store: RunStore, runId: string): Steers {
  const [pending, setPending] = createSignal<readonly PendingSteer[]>([]);
  const drop = (commandId: string) =>
    setPending((all) => all.filter((steer) => steer.commandId !== commandId));
  createEffect(() => {
    const { position } = store.view();
    if (pending().some((steer) => steer.acceptedAt !== null && steer.acceptedAt <= position)) {
      setPending((all) => all.filter((steer) => steer.acceptedAt === null || steer.acceptedAt > position));
    }
  });
  return {
    pending,
    async send(text) {
      const commandId = crypto.randomUUID();
      setPending((all) => [...all, { commandId, text, acceptedAt: null }]);
      try {
        const { position } = await tail.send({ type: "steer", commandId, runId, text });
        setPending((all) =>
          all.map((steer) => (steer.commandId === commandId ? { ...steer, acceptedAt: position } : steer)),
        );
        return null;
      } catch (error) {
        drop(commandId);
        return error instanceof Rejected ? error.message : sentenceOf(error);
      }
    },
  };
}
