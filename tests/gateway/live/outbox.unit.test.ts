import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DeltaFrame } from "../../../core/protocol.ts";
import { DROP_DELTAS_BYTES, JOIN_DELTAS_MS, SLOW_BYTES } from "../../../gateway/live/limits.ts";
import { joinDelta, makeOutbox } from "../../../gateway/live/outbox.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const runId = "00000000-0000-4000-8000-000000000002";

function delta(offset: number, text: string, messageId = "m1"): DeltaFrame {
  return { type: "delta", runId, messageId, part: "text", offset, text };
}

function makeWire() {
  const sent: unknown[] = [];
  return {
    sent,
    wire: { bufferedAmount: 0, send: (text: string) => sent.push(JSON.parse(text)) },
  };
}

test("pieces that follow on each other are joined", () => {
  const { wire, sent } = makeWire();
  const outbox = makeOutbox(wire);
  for (const [at, text] of [...["Hel", "lo ", "you"].entries()]) outbox.delta(delta(at * 3, text));
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(JOIN_DELTAS_MS);
  expect(sent).toEqual([delta(0, "Hello you")]);
});

test("pieces of two messages are not mixed, and a gap stays a gap", () => {
  const joined = [delta(0, "ab"), delta(0, "xy", "m2"), delta(2, "c"), delta(9, "z")].reduce(joinDelta, []);
  expect(joined).toEqual([delta(0, "abc"), delta(0, "xy", "m2"), delta(9, "z")]);
});

test("a slow socket gets no pieces, but its other frames", () => {
  const { wire, sent } = makeWire();
  const outbox = makeOutbox(wire);
  outbox.delta(delta(0, "waits"));
  wire.bufferedAmount = DROP_DELTAS_BYTES;
  outbox.delta(delta(5, "dropped"));
  outbox.projection("task_state", 7);
  vi.advanceTimersByTime(JOIN_DELTAS_MS);
  expect(sent).toEqual([{ type: "projection_advanced", name: "task_state", position: 7 }]);
});

test("only the newest position of a projection is told", () => {
  const { wire, sent } = makeWire();
  const outbox = makeOutbox(wire);
  for (const position of [3, 9, 8]) outbox.projection("task_state", position);
  vi.advanceTimersByTime(JOIN_DELTAS_MS);
  expect(sent).toEqual([{ type: "projection_advanced", name: "task_state", position: 9 }]);
});

test("ready waits until little is left to send", async () => {
  const { wire } = makeWire();
  const outbox = makeOutbox(wire);
  wire.bufferedAmount = SLOW_BYTES + 1;
  let isReady = false;
  const waited = outbox.ready(new AbortController().signal).then(() => {
    isReady = true;
  });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(isReady).toBe(false);
  wire.bufferedAmount = 0;
  await vi.advanceTimersByTimeAsync(300);
  await waited;
  expect(isReady).toBe(true);
});

test("nothing is sent after the end", () => {
  const { wire, sent } = makeWire();
  const outbox = makeOutbox(wire);
  outbox.delta(delta(0, "late"));
  outbox.close();
  vi.advanceTimersByTime(1_000);
  expect(sent).toEqual([]);
});
