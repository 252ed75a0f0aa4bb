import { expect, test } from "vitest";
import { MAX_WINDOW_BYTES, MAX_WINDOW_EVENTS } from "../../../gateway/log/limits.ts";
import { makeLogWindow } from "../../../gateway/log/log-window.ts";
import { itemOf } from "../../../gateway/log/page.ts";
import { recorded } from "../../support/gateway/recorded.ts";

const other = "run-00000000-0000-4000-8000-000000000009";

function positions(page: { items: readonly { event: { position: number } }[] } | null): number[] | undefined {
  return page?.items.map(({ event }) => event.position);
}

test("gives what is after a position, and its end", () => {
  const window = makeLogWindow(10);
  window.add({ after: 10, to: 15, items: [11, 13, 14].map((position) => itemOf(recorded(position))) });
  expect(window.to).toBe(15);
  expect(positions(window.read(10, null))).toEqual([11, 13, 14]);
  expect(positions(window.read(13, null))).toEqual([14]);
  expect(window.read(15, null)).toEqual({ after: 15, to: 15, items: [] });
});

test("does not answer for what it does not cover", () => {
  const window = makeLogWindow(10);
  expect(window.read(9, null)).toBeNull();
  expect(window.read(11, null)).toBeNull();
});

test("a filter leaves out events but not their range", () => {
  const window = makeLogWindow(0);
  window.add({
    after: 0,
    to: 3,
    items: [1, 2, 3].map((at) => itemOf(recorded(at, at === 2 ? { stream: other } : {}))),
  });
  const page = window.read(0, new Set([other]));
  expect(positions(page)).toEqual([2]);
  expect(page?.to).toBe(3);
});

test("forgets its oldest events when there are too many", () => {
  const window = makeLogWindow(0);
  const amount = MAX_WINDOW_EVENTS + 5;
  window.add({
    after: 0,
    to: amount,
    items: Array.from({ length: amount }, (_, at) => itemOf(recorded(at + 1))),
  });
  expect(window.read(4, null)).toBeNull();
  expect(positions(window.read(5, null))?.[0]).toBe(6);
});

test("forgets its oldest events when they are too large", () => {
  const window = makeLogWindow(0);
  const text = "x".repeat(MAX_WINDOW_BYTES / 2);
  window.add({ after: 0, to: 3, items: [1, 2, 3].map((at) => itemOf(recorded(at, { data: { text } }))) });
  expect(window.read(1, null)).toBeNull();
  expect(positions(window.read(2, null))).toEqual([3]);
});
