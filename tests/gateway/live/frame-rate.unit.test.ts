import { expect, test } from "vitest";
import { makeFrameRate } from "../../../gateway/live/frame-rate.ts";

test("a burst is allowed, then so many a second", () => {
  const rate = makeFrameRate(3, 10);
  expect([0, 0, 0, 0].map((now) => rate.take(now))).toEqual([true, true, true, false]);
  expect([100, 100].map((now) => rate.take(now))).toEqual([true, false]);
});

test("a pause never saves up more than a burst", () => {
  const rate = makeFrameRate(2, 10);
  expect([0, 60_000, 60_000, 60_000].map((now) => rate.take(now))).toEqual([true, true, true, false]);
});

test("a clock that stands still gives nothing new", () => {
  const rate = makeFrameRate(1, 1_000);
  expect([5, 5, 5].map((now) => rate.take(now))).toEqual([true, false, false]);
});
