import { describe, expect, it } from "vitest";
import { branchName } from "../../core/run/branch-name.ts";
import { titleOf } from "../../core/task/title.ts";
import { uuid } from "../support/given.ts";

describe("titleOf", () => {
  it("is the first line that says something", () => {
    expect(titleOf("\n \n  Fix the date \nand more")).toBe("Fix the date");
    expect(titleOf("One\r\nTwo")).toBe("One");
  });

  it("is cut at a word with an ellipsis, never over 120 characters", () => {
    const title = titleOf("word ".repeat(60));
    expect(title.length).toBeLessThanOrEqual(120);
    expect(title).toMatch(/^(word )+word…$/);
  });

  it("has no other mark before its ellipsis", () => {
    expect(titleOf(`${"word ".repeat(20)}end. ${"x".repeat(60)}`)).toBe(`${"word ".repeat(20)}end…`);
  });

  it("of one endless word is cut anyway", () => {
    expect(titleOf("x".repeat(32_000))).toBe(`${"x".repeat(119)}…`);
  });

  it("never cuts a character in two", () => {
    const title = titleOf(`x${"👋".repeat(200)}`);
    expect(title.length).toBeLessThanOrEqual(120);
    expect(title.isWellFormed()).toBe(true);
  });

  it("keeps a line of exactly 120 characters", () => {
    expect(titleOf("y".repeat(120))).toBe("y".repeat(120));
  });

  it("of nothing says so", () => {
    expect(titleOf(" \n ")).toBe("Untitled task");
  });
});

describe("branchName", () => {
  it("is at most five words of the title and six characters of the run's id", () => {
    expect(branchName("Fix the date of an order in Tokyo", uuid(1))).toBe(
      "pihordev/fix-the-date-of-an-400000",
    );
  });

  it("keeps letters and digits only, without accents", () => {
    expect(branchName("Café: «naïve» fix #12!", uuid(1))).toBe("pihordev/cafe-naive-fix-12-400000");
  });

  it("of a title without such letters is a task", () => {
    expect(branchName("日付を直す", uuid(1))).toBe("pihordev/task-400000");
  });

  it("is short and never ends in a dash before the id", () => {
    const name = branchName(`${"a".repeat(39)} b`, uuid(1));
    expect(name).toBe(`pihordev/${"a".repeat(39)}-400000`);
  });

  it.each([
    "../../etc/passwd",
    "-rf",
    "a..b",
    "x.lock",
    "@{0}",
    "a b~^:?*[\\",
    "\u0000nul",
    "refs/heads/main",
  ])("of the hostile title %j is a name that git takes", (title) => {
    expect(branchName(title, uuid(1))).toMatch(/^pihordev\/[a-z0-9]+(-[a-z0-9]+)*-400000$/);
  });
});
