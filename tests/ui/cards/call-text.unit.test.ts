import { describe, expect, test } from "vitest";
import { ansiPieces } from "../../../ui/cards/ansi.ts";
import { commonFolder, isCheck, shortCommand, shownPath } from "../../../ui/cards/call-text.ts";

test.each([
  ["/workspace/repo/src/a.ts", "src/a.ts"],
  ["./src/a.ts", "src/a.ts"],
  ["/workspace/repo", "."],
  ["", "."],
  ["/workspace/platform/AGENTS.md", "/workspace/platform/AGENTS.md"],
])("the path %s shows as %s", (path, shown) => {
  expect(shownPath(path)).toBe(shown);
});

test.each<[string[], string]>([
  [["src/a.ts", "src/b.ts"], "src"],
  [["src/web/a.ts", "src/web/b.ts"], "src/web"],
  [["src/web/a.ts", "src/jobs/b.ts"], "src"],
  [["a.ts", "src/b.ts"], ""],
  [[], ""],
])("the folder of %j is %j", (paths, folder) => {
  expect(commonFolder(paths)).toBe(folder);
});

test.each([
  "bun test src/webhooks",
  "npm run lint",
  "cd /workspace/repo && bun run typecheck",
  "bunx tsc --noEmit",
  "pytest -q",
  "cargo clippy",
  "make",
  "ls && npm test",
])("%s is a check", (command) => {
  expect(isCheck(command)).toBe(true);
});

test.each([
  "ls test",
  "cat src/build.ts",
  "grep -rn lint .",
  "git commit -m 'fix tests'",
  "node index.js",
  "",
])("%s is none", (command) => {
  expect(isCheck(command)).toBe(false);
});

test("a long command is known by its first line", () => {
  expect(shortCommand("\n\ncd /x && bun test\nmore")).toBe("bun test");
});

describe("terminal output", () => {
  const text = (output: string) =>
    ansiPieces(output)
      .map((piece) => piece.text)
      .join("");

  test("colours become classes", () => {
    expect(ansiPieces("a\u001b[32mb\u001b[1mc\u001b[0md")).toEqual([
      { text: "a", style: "" },
      { text: "b", style: "text-green" },
      { text: "c", style: "text-green font-semibold" },
      { text: "d", style: "" },
    ]);
  });

  test("everything else is taken out", () => {
    expect(text("\u001b[2J\u001b]0;title\u0007a\u001b[?25lb")).toBe("ab");
  });

  test("a line that was written over shows how it ended", () => {
    expect(text("10 %\r50 %\rdone\r\nnext")).toBe("done\nnext");
  });
});
