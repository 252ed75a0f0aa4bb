import type { DeltaFrame } from "../../../core/protocol.ts";
import type { Subscription } from "../../../ui/live/readers.ts";
import type { Tail } from "../../../ui/tail.ts";

/** The far end of a tail in the test's hand: what the store subscribed to, and answers to what it sends. */
export function makeHandTail() {
  const subscriptions: Subscription[] = [];
  const deltas = new Set<(frame: DeltaFrame) => void>();
  const answers: { resolve(answer: { position: number }): void; reject(error: Error): void }[] = [];
  const tail: Tail = {
    subscribe: (subscription) => {
      subscriptions.push(subscription);
      return () => {
        subscriptions.splice(subscriptions.indexOf(subscription), 1);
      };
    },
    onDelta: (listener) => {
      deltas.add(listener);
      return () => deltas.delete(listener);
    },
    onAdvanced: () => () => {},
    send: () => new Promise((resolve, reject) => answers.push({ resolve, reject })),
    state: () => ({ status: "online", since: 0, lastPosition: 0, lastEventAt: null }),
    onState: () => () => {},
    wake: () => {},
    lose: () => {},
    close: () => {},
  };
  return { tail, subscriptions, deltas, answers };
}
