import { expect, test } from "vitest";
import { shortTitle } from "../../../ui/run-state/short-title.ts";

test.each([
  ["Days are late in Auckland. Find out why.", "Days are late in Auckland"],
  ["Days are late in Auckland.…", "Days are late in Auckland"],
  ["Why are days late in Auckland? Fix it.", "Why are days late in Auckland?"],
  [
    "Fix v1. It breaks on bun 1.4.5 in src/a.ts and more",
    "Fix v1. It breaks on bun 1.4.5 in src/a.ts and more",
  ],
  ["Idempotent webhook retries", "Idempotent webhook retries"],
  ["Untitled", "Untitled"],
])("of %j a phone shows %j", (title, short) => {
  expect(shortTitle(title)).toBe(short);
});
