import { describe, expect, test } from "vitest";
import {
  ago,
  bytes,
  duration,
  elapsed,
  exact,
  money,
  price,
  roughly,
  tokens,
  UNKNOWN,
} from "../../ui/format.ts";

describe("money", () => {
  test.each([
    [1_628_950_000, "$1,628.95"],
    [1_840_000, "$1.84"],
    [10_000, "$0.01"],
    [9_999, "< $0.01"],
    [1, "< $0.01"],
    [0, "$0.00"],
    [null, UNKNOWN],
    [12_345_678_900_000, "$12,345,678.90"],
  ])("%j micro-dollars are %s", (microdollars, text) => {
    expect(money(microdollars)).toBe(text);
  });

  test("a price of a catalogue is never scientific", () => {
    expect([price(3), price(0), price(0.0001)]).toEqual(["$3.00", "$0.00", "$0.0001"]);
  });
});

test.each([
  [0, "0"],
  [980, "980"],
  [1_000, "1k"],
  [41_230, "41.2k"],
  [99_949, "99.9k"],
  [99_950, "100k"],
  [412_000, "412k"],
  [999_499, "999k"],
  [999_500, "1.0M"],
  [118_500_000, "118.5M"],
])("%i tokens are %s", (count, text) => {
  expect(tokens(count)).toBe(text);
});

test("the exact count has its thousands", () => {
  expect(exact(1_284)).toBe("1,284");
});

test.each([
  [-5, "0 ms"],
  [0, "0 ms"],
  [420.4, "420 ms"],
  [999, "999 ms"],
  [4_200, "4.2 s"],
  [9_949, "9.9 s"],
  [9_950, "9 s"],
  [18_000, "18 s"],
  [155_000, "2 min 35 s"],
  [1_086_000, "18 min 06 s"],
  [3_840_000, "1 h 04 min"],
])("%i ms take %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test.each([
  [900, "0 s"],
  [59_999, "59 s"],
  [60_000, "1 min 00 s"],
  [-1, "0 s"],
])("a clock at %i ms shows %s", (ms, text) => {
  expect(elapsed(ms)).toBe(text);
});

test("roughly leaves the seconds of minutes out", () => {
  expect([roughly(9_000), roughly(1_110_000), roughly(3_840_000)]).toEqual(["9 s", "18 min", "1 h 04 min"]);
});

describe("ago", () => {
  const now = Date.parse("2026-11-23T12:00:00Z");
  test.each([
    ["2026-11-23T11:59:58Z", "just now"],
    ["2026-11-23T11:59:20Z", "40 s ago"],
    ["2026-11-23T11:58:00Z", "2 min ago"],
    ["2026-11-23T09:00:00Z", "3 h ago"],
    ["2026-11-20T12:00:00Z", "Nov 20, 2026"],
    ["no time", UNKNOWN],
  ])("%s was %s", (iso, text) => {
    expect(ago(iso, now)).toBe(text);
  });
});

test("sizes", () => {
  expect([bytes(812), bytes(64_000), bytes(1_234_567)]).toEqual(["812 B", "64.0 kB", "1.2 MB"]);
});
