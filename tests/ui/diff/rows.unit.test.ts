import { describe, expect, test } from "vitest";
import { highlightLines, splitLines } from "../../../ui/diff/highlight.ts";
import { languageOf } from "../../../ui/diff/load-highlight.ts";
import { markHtml, wordMarks } from "../../../ui/diff/mark-words.ts";
import { parseDiff } from "../../../ui/diff/parse-diff.ts";
import { rowsOf, splitRows } from "../../../ui/diff/rows.ts";

const DIFF = `--- a/a.ts
+++ b/a.ts
@@ -1,3 +1,4 @@
 const a = "<b>";
-send(event)
+const key = claim(event)
+send(event, key)
 done()
`;
const file = () =>
  parseDiff(DIFF)[0] ?? {
    path: "",
    formerPath: null,
    status: "modified" as const,
    binary: false,
    additions: 0,
    deletions: 0,
    hunks: [],
  };
const plain = (html: string) =>
  html
    .replace(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"');

describe("rows", () => {
  test.each([
    ["plain", null],
    ["highlighted", highlightLines],
  ])("hold the text of each line, %s", (_name, highlight) => {
    const rows = rowsOf(file(), highlight);
    expect(rows.map((row) => (row.is === "hunk" ? row.text : plain(row.html)))).toEqual([
      "@@ -1,3 +1,4 @@",
      'const a = "<b>";',
      "send(event)",
      "const key = claim(event)",
      "send(event, key)",
      "done()",
    ]);
  });

  test("text of a file never becomes markup", () => {
    for (const row of [...rowsOf(file(), null), ...rowsOf(file(), highlightLines)]) {
      if (row.is === "line") expect(row.html).not.toContain("<b>");
    }
  });

  test("what changed in a line is marked in the line that took its place", () => {
    const rows = rowsOf(file(), null);
    const marked = rows.flatMap((row) =>
      row.is === "line" && row.html.includes("<mark>") ? [row.html] : [],
    );
    expect(marked).toEqual(["send(event<mark>, key</mark>)"]);
  });

  test("side by side, removed lines stand beside what took their place", () => {
    const split = splitRows(rowsOf(file(), null));
    expect(
      split.map((row) => (row.is === "hunk" ? "hunk" : [row.left?.text ?? null, row.right?.text ?? null])),
    ).toEqual([
      "hunk",
      ['const a = "<b>";', 'const a = "<b>";'],
      ["send(event)", "const key = claim(event)"],
      [null, "send(event, key)"],
      ["done()", "done()"],
    ]);
  });
});

describe("marks", () => {
  test("lines that have little in common get none", () => {
    expect(wordMarks("one two three", "something else entirely")).toBeNull();
  });

  test("go round text, not into tags or entities", () => {
    expect(markHtml('<span class="x">a&lt;b</span>c', [{ from: 1, to: 4 }])).toBe(
      '<span class="x">a<mark>&lt;b</mark></span><mark>c</mark>',
    );
  });

  test("very long lines are left alone", () => {
    expect(wordMarks("a".repeat(501), "a")).toBeNull();
  });
});

test("spans over line ends are closed and opened again", () => {
  expect(splitLines('<span class="c">a\nb</span>c')).toEqual([
    '<span class="c">a</span>',
    '<span class="c">b</span>c',
  ]);
});

test("a language nobody has registered is left plain", () => {
  expect(highlightLines("x", "cobol")).toBeNull();
});

test.each([
  ["src/a.tsx", "typescript"],
  ["Dockerfile", "bash"],
  ["ts", "typescript"],
  ["typescript", "typescript"],
  ["x.unknown", ""],
  ["", ""],
])("%s is %j", (path, language) => {
  expect(languageOf(path)).toBe(language);
});
