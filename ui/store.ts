import { type Accessor, createMemo, createSignal, onCleanup } from "solid-js";
import type { RecordedEvent } from "../core/event.ts";
import type { DeltaFrame } from "../core/protocol.ts";
import { applyEvents, applyPieces } from "./apply-event.ts";
import type { Card } from "./fold/cards.ts";
import { emptyView, type RunFacts, type RunView } from "./fold/run-view.ts";
import type { Tail, TailState } from "./tail.ts";

export type RunStore = {
  view: Accessor<RunView>;
  facts: Accessor<RunFacts>;
  order: Accessor<readonly string[]>;
  /** A card by its id; the same object as long as nothing of it has changed. */
  card(id: string): Card | undefined;
  /** False until the recorded past has been read. */
  caughtUp: Accessor<boolean>;
};

/**
 * The live state of one run. Frames are joined to one update per animation frame; cards keep their identity, so
 * only what changed is drawn again.
 */
export function createRunStore(tail: Tail, runId: string): RunStore {
  const [view, setView] = createSignal<RunView>(emptyView);
  const [caughtUp, setCaughtUp] = createSignal(false);
  let events: RecordedEvent[] = [];
  let pieces: DeltaFrame[] = [];

  const onceAFrame = createFrame(() => {
    const folded = applyEvents(view(), events);
    setView(applyPieces(folded, pieces, new Date().toISOString()));
    events = [];
    pieces = [];
  });
  const unsubscribe = tail.subscribe({
    streams: [`run-${runId}`, `transcript-${runId}`],
    after: 0,
    onEvents(more) {
      // A piece that came before these events belongs before them.
      if (pieces.length > 0 && more.length > 0) onceAFrame.now();
      events.push(...more);
      if (caughtUp()) onceAFrame.later();
      else onceAFrame.within(PAST_MS);
    },
    onCaughtUp() {
      onceAFrame.now();
      setCaughtUp(true);
    },
  });
  const unlisten = tail.onDelta((delta) => {
    if (delta.runId !== runId) return;
    pieces.push(delta);
    onceAFrame.later();
  });
  onCleanup(() => {
    unsubscribe();
    unlisten();
    onceAFrame.stop();
  });
  const facts = createMemo(() => view().facts);
  const order = createMemo(() => view().order, undefined, { equals: sameIds });
  return { view, facts, order, card: (id) => view().cards.get(id), caughtUp };
}

/** Signal of the connection's state, for whatever shows it. */
export function createTailState(tail: Tail): Accessor<TailState> {
  const [state, setState] = createSignal(tail.state());
  onCleanup(tail.onState(setState));
  return state;
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}

/** The past is drawn when it has been read; a long one in steps, so that something is there meanwhile. */
const PAST_MS = 600;

/** A tab in the background gets no animation frames: there a timer takes their place. */
const HIDDEN_FRAME_MS = 250;

function createFrame(work: () => void) {
  let asked: (() => void) | null = null;
  const stop = () => {
    asked?.();
    asked = null;
  };
  const now = () => {
    stop();
    work();
  };
  const within = (ms: number) => {
    if (asked) return;
    const timer = setTimeout(now, ms);
    asked = () => clearTimeout(timer);
  };
  const later = () => {
    if (asked) return;
    if (document.hidden) {
      within(HIDDEN_FRAME_MS);
      return;
    }
    const frame = requestAnimationFrame(now);
    asked = () => cancelAnimationFrame(frame);
  };
  return { now, later, within, stop };
}
