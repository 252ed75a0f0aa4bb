import { expect, test } from "vitest";
import {
  clipMiddle,
  headAndTail,
  MAX_BYTES,
  MAX_LINES,
} from "../../../../worker/agent/tools/box/bounded-output.ts";

test("a short text is given as it is", () => {
  expect(headAndTail("a\nb\n")).toEqual({ text: "a\nb\n", cut: false, lines: 2 });
});

test("of many lines the first and the last are given, and how many are not", () => {
  const lines = Array.from({ length: 10_000 }, (_, index) => `line ${index + 1}`);
  const { text, cut, lines: count } = headAndTail(lines.join("\n"));
  const given = text.split("\n");
  expect([cut, count, given[0], given.at(-1)]).toEqual([true, 10_000, "line 1", "line 10000"]);
  expect(given).toHaveLength(MAX_LINES);
  const left = Number(/(\d+) lines left out/.exec(text)?.[1]);
  expect(left).toBe(10_000 - (given.length - 1));
});

test.each([
  ["one line", "x".repeat(3_000_000)],
  ["wide lines", `${"é".repeat(3_000)}\n`.repeat(500)],
])("whatever its shape it has at most 50 KB: %s", (_name, text) => {
  const bounded = headAndTail(text);
  expect(bounded.cut).toBe(true);
  expect(Buffer.byteLength(bounded.text)).toBeLessThanOrEqual(MAX_BYTES);
  expect(bounded.text.length).toBeGreaterThan(1_000);
});

test("clipping bytes never halves a character", () => {
  const text = "😀".repeat(50_000);
  for (const max of [1_000, 1_001, 1_002, 1_003]) {
    const clipped = clipMiddle(text, max);
    expect(Buffer.byteLength(clipped)).toBeLessThanOrEqual(max);
    expect(clipped).not.toContain("\uFFFD");
  }
  expect(clipMiddle("short", 100)).toBe("short");
});
