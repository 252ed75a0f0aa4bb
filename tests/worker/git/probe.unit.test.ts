import { describe, expect, test } from "vitest";
import { missingBranch, parseRefs } from "../../../worker/git/probe.ts";

const A = "a".repeat(40);

describe("what a remote lists", () => {
  test.each([
    [`ref: refs/heads/dev\tHEAD\n${A}\tHEAD\n${A}\trefs/heads/dev\n${A}\trefs/heads/main\n`, "dev"],
    [`ref: refs/heads/gone\tHEAD\n${A}\trefs/heads/x\n${A}\trefs/heads/main\n`, "main"],
    [`${A}\tHEAD\n${A}\trefs/heads/master\n${A}\trefs/heads/x\n`, "master"],
    [`${A}\tHEAD\n${A}\trefs/heads/only\n`, "only"],
    [`${A}\tHEAD\n${A}\trefs/heads/x\n${A}\trefs/heads/y\n`, null],
    ["", null],
  ])("%j has the default branch %s", (text, defaultBranch) => {
    expect(parseRefs(text).defaultBranch).toBe(defaultBranch);
  });

  test("only branches with an object id count", () => {
    const text = `${A}\trefs/heads/a/b\n${A}\trefs/tags/v1\nnonsense\trefs/heads/x\n`;
    expect([...parseRefs(text).branches]).toEqual([["a/b", A]]);
  });
});

describe("a missing branch", () => {
  test("is said with those that are there", () => {
    const error = missingBranch("nope", ["main", "dev"]);
    expect(error.reason).toBe("base_branch");
    expect(error.message).toBe(
      "The branch `nope` does not exist in this repository. The task was not started. Choose one of: `dev`, `main`.",
    );
  });

  test("names at most twenty", () => {
    const many = Array.from({ length: 30 }, (_, index) => `b${index}`);
    expect(missingBranch("nope", many).message).toMatch(/`b9` and 10 more\.$|and 10 more\.$/);
  });
});
