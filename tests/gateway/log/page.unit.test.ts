import { expect, test } from "vitest";
import { serverFrames } from "../../../core/protocol.ts";
import { eventFrame, itemOf, splitPage } from "../../../gateway/log/page.ts";
import { recorded } from "../../support/gateway/recorded.ts";

const items = [3, 5, 6, 9].map((position) => itemOf(recorded(position)));

test("a frame's text is a frame of the protocol", () => {
  const frame = serverFrames.agent_event.parse(
    JSON.parse(eventFrame('a "name"', { after: 2, to: 11, items })),
  );
  expect(frame.subscription).toBe('a "name"');
  expect([frame.from, frame.to]).toEqual([3, 11]);
  expect(frame.events.map(({ position }) => position)).toEqual([3, 5, 6, 9]);
});

test("a page without events still covers its range", () => {
  expect(splitPage({ after: 4, to: 90, items: [] })).toEqual([{ after: 4, to: 90, items: [] }]);
});

test("a small page stays whole", () => {
  expect(splitPage({ after: 0, to: 10, items })).toEqual([{ after: 0, to: 10, items }]);
});

test("a large page becomes pages whose ranges follow on each other and cover all of it", () => {
  const size = Math.max(...items.map(({ json }) => json.length));
  const pages = splitPage({ after: 1, to: 12, items }, size * 2);
  expect(pages.map(({ after, to }) => [after, to])).toEqual([
    [1, 5],
    [5, 12],
  ]);
  expect(pages.flatMap((page) => page.items)).toEqual(items);
});

test("an event over the limit travels alone", () => {
  const pages = splitPage({ after: 0, to: 9, items }, 1);
  expect(pages.map((page) => page.items.length)).toEqual([1, 1, 1, 1]);
  expect(pages.map(({ after, to }) => [after, to])).toEqual([
    [0, 3],
    [3, 5],
    [5, 6],
    [6, 9],
  ]);
});
