import { describe, expect, test } from "vitest";
import { firstChanges, lineCount } from "../../../ui/diff/first-changes.ts";
import { parseDiff } from "../../../ui/diff/parse-diff.ts";
import { type Row, rowsOf } from "../../../ui/diff/rows.ts";

/** Rows of a hunk with these lines. */
function rows(...lines: string[]): Row[] {
  const count = (sign: string) => lines.filter((line) => !line.startsWith(sign)).length;
  const head = `@@ -1,${count("+")} +1,${count("-")} @@`;
  const [file] = parseDiff(["--- a/x", "+++ b/x", head, ...lines, ""].join("\n"));
  return file ? rowsOf({ ...file, path: "" }, null) : [];
}

const SIGNS = { added: "+", removed: "-", context: " " };
const shown = (all: Row[]) =>
  firstChanges(all).map((row) => (row.is === "hunk" ? row.text : `${SIGNS[row.kind]}${row.text}`));
const numbered = (sign: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${sign}${index + 1}`);

describe("a folded edit", () => {
  test("shows the line before and the first six changed ones", () => {
    expect(shown(rows(" a", " b", "-1", ...numbered("+", 8), " c"))).toEqual([
      " b",
      "-1",
      ...numbered("+", 5),
    ]);
  });

  test("shows added lines even when more than six removed ones stand before them", () => {
    expect(shown(rows(" a", ...numbered("-", 9), ...numbered("+", 4)))).toEqual([
      " a",
      ...numbered("-", 3),
      "⋯",
      ...numbered("+", 3),
    ]);
  });

  test("keeps a few unchanged lines between, and leaves many out", () => {
    expect(shown(rows("-1", " a", " b", "+1", " c", " d", " e", "+2"))).toEqual([
      "-1",
      " a",
      " b",
      "+1",
      "⋯",
      "+2",
    ]);
  });

  test("that only removes shows what it removes", () => {
    expect(shown(rows(...numbered("-", 8)))).toEqual(numbered("-", 6));
  });

  test("without a change shows nothing", () => {
    expect(firstChanges([])).toEqual([]);
  });

  test("counts lines, not gaps", () => {
    expect(lineCount(firstChanges(rows(...numbered("-", 9), "+1")))).toBe(4);
  });
});
