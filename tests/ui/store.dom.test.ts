import { createRoot } from "solid-js";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DeltaFrame } from "../../core/protocol.ts";
import { Rejected } from "../../ui/live/commands-in-flight.ts";
import { createSteers } from "../../ui/run-state/steers.ts";
import { createRunStore } from "../../ui/store.ts";
import { aRun } from "./support/a-run.ts";
import { makeHandTail } from "./support/hand-tail.ts";
import { makeRecorder, RUN_ID, uuid } from "./support/recorded.ts";

let frames: (() => void)[] = [];
let ends: (() => void)[] = [];
beforeEach(() => {
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (work: () => void) => frames.push(work));
  vi.stubGlobal("cancelAnimationFrame", () => {});
});
afterEach(() => {
  for (const end of ends) end();
  ends = [];
  vi.unstubAllGlobals();
});

function start() {
  const hand = makeHandTail();
  const made = createRoot((dispose) => {
    ends.push(dispose);
    const store = createRunStore(hand.tail, RUN_ID);
    return { store, steers: createSteers(hand.tail, store, RUN_ID), dispose };
  });
  return { ...hand, ...made };
}

const paint = () => {
  for (const work of frames.splice(0)) work();
};
const piece = (offset: number, text: string): DeltaFrame => ({
  type: "delta",
  runId: RUN_ID,
  messageId: uuid(1),
  part: "text",
  offset,
  text,
});

test("asks for both streams of the run from the beginning, and lets go of them", () => {
  const { subscriptions, deltas, dispose } = start();
  expect(subscriptions[0]).toMatchObject({ streams: [`run-${RUN_ID}`, `transcript-${RUN_ID}`], after: 0 });
  dispose();
  expect(subscriptions).toHaveLength(0);
  expect(deltas.size).toBe(0);
});

test("many frames are one update, at the next animation frame", () => {
  const { subscriptions, store } = start();
  const events = aRun();
  subscriptions[0]?.onCaughtUp?.(0);
  for (const event of events.slice(0, 10)) subscriptions[0]?.onEvents([event], event.position);
  expect(store.view().position).toBe(0);
  expect(frames).toHaveLength(1);
  paint();
  expect(store.view().position).toBe(10);
});

test("the past is shown at once when it has been read, and not frame by frame before", () => {
  const { subscriptions, store } = start();
  const events = aRun();
  subscriptions[0]?.onEvents(events, events.length);
  paint();
  expect(store.view().position).toBe(0);
  expect(store.caughtUp()).toBe(false);
  subscriptions[0]?.onCaughtUp?.(events.length);
  expect(store.caughtUp()).toBe(true);
  expect(store.facts().state.status).toBe("completed");
});

test("the list of cards keeps its identity while only cards change", () => {
  const { subscriptions, store, deltas } = start();
  subscriptions[0]?.onEvents(aRun().slice(0, 8), 8);
  subscriptions[0]?.onCaughtUp?.(8);
  for (const tell of deltas) tell(piece(0, "I "));
  paint();
  const before = store.order();
  for (const tell of deltas) tell(piece(2, "go"));
  paint();
  expect(store.order()).toBe(before);
});

test("pieces of other runs are none of its business", () => {
  const { store, deltas } = start();
  for (const tell of deltas) tell({ ...piece(0, "x"), runId: uuid(77) });
  expect(frames).toHaveLength(0);
  expect(store.order()).toEqual([]);
});

test("pieces that came before an event are drawn before it", () => {
  const { store, deltas, subscriptions } = start();
  subscriptions[0]?.onCaughtUp?.(0);
  const e = makeRecorder();
  for (const tell of deltas) tell(piece(0, "I go"));
  const message = { role: "assistant", content: [{ type: "text", text: "I go on." }] };
  subscriptions[0]?.onEvents(
    [e("SessionEntryRecorded", { entry: { type: "message", id: "1", message }, blobs: {} })],
    1,
  );
  paint();
  const cards = [...store.view().cards.values()];
  expect(cards).toMatchObject([{ kind: "text", text: "I go on.", writing: false }]);
});

test("a steering message shows until its event is there", async () => {
  const { steers, answers, subscriptions } = start();
  subscriptions[0]?.onCaughtUp?.(0);
  const sent = steers.send("Go on");
  expect(steers.pending()).toMatchObject([{ text: "Go on" }]);
  answers[0]?.resolve({ position: 1 });
  expect(await sent).toBeNull();
  expect(steers.pending()).toHaveLength(1);
  const e = makeRecorder();
  subscriptions[0]?.onEvents([e("RunSteered", { messageId: uuid(5), text: "Go on" })], 1);
  paint();
  await vi.waitFor(() => expect(steers.pending()).toHaveLength(0));
});

test("a refused one goes with its reason", async () => {
  const { steers, answers } = start();
  const sent = steers.send("Go on");
  answers[0]?.reject(new Rejected("command_rejected", "The run has ended."));
  expect(await sent).toBe("The run has ended.");
  expect(steers.pending()).toEqual([]);
});
