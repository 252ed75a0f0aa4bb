import { describe, expect, test } from "vitest";
import { isOlder, requireBun } from "../../worker/installation/bootstrap/bun-version.ts";
import { nearest } from "../../worker/installation/bootstrap/nearest.ts";

describe("the version of Bun", () => {
  test.each([
    ["1.4.5", false],
    ["1.4.6", false],
    ["1.10.0", false],
    ["2.0.0", false],
    ["1.4.5-canary.1", false],
    ["1.4.4", true],
    ["1.3.99", true],
    ["0.9.9", true],
  ])("%s is older than 1.4.5: %s", (found, older) => {
    expect(isOlder(found, "1.4.5")).toBe(older);
  });

  test("an old one is refused in one sentence that says how to start", () => {
    expect(() => requireBun("1.2.0")).toThrow(
      /^Pihordev needs Bun 1\.4\.5 or newer, and this is 1\.2\.0: .*npx --yes bun@1\.4\.5/,
    );
    expect(() => requireBun("1.4.5")).not.toThrow();
  });
});

describe("the nearest command", () => {
  const known = ["start", "worker", "gateway", "verify"];

  test.each([
    ["strat", "start"],
    ["wroker", "worker"],
    ["verifi", "verify"],
    ["gatewy", "gateway"],
  ])("%s is meant as %s", (word, meant) => {
    expect(nearest(word, known)).toBe(meant);
  });

  test("nothing is guessed for a word that is like none", () => {
    expect(nearest("elephant", known)).toBeNull();
  });
});
