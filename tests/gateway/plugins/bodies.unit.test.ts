import { expect, test } from "vitest";
import { BadInput } from "../../../core/errors.ts";
import { refuseBrokenText } from "../../../gateway/plugins/bodies.ts";

test.each([
  ["a NUL", "a\0b"],
  ["half a character", "\ud800"],
  ["one deep inside", { a: [{ b: ["ok", "\udc00"] }] }],
  ["one in a name", { "a\0": 1 }],
])("refuses %s", (_what, value) => {
  expect(() => refuseBrokenText(value)).toThrow(BadInput);
});

test.each([[null], [undefined], [7], ["wörds 👍 and\nlines"], [{ a: ["b", { c: null }] }]])(
  "accepts %j",
  (value) => {
    expect(() => refuseBrokenText(value)).not.toThrow();
  },
);

test("a value nested a million times ends no stack", () => {
  let deep: unknown = "bottom";
  for (let level = 0; level < 1_000_000; level += 1) deep = [deep];
  expect(() => refuseBrokenText(deep)).not.toThrow();
});
