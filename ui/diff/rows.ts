import { escapeHtml, languageOf } from "./load-highlight.ts";
import { markHtml, type Range, wordMarks } from "./mark-words.ts";
import type { DiffLine, FileDiff, Hunk } from "./parse-diff.ts";

/** One line on the screen: the head of a hunk, or a line with its HTML. */
export type Row = { is: "hunk"; text: string } | ({ is: "line"; html: string } & DiffLine);
/** One line of the two-sided view; null where a side has nothing. */
export type SplitRow =
  | { is: "hunk"; text: string }
  | { is: "pair"; left: LineRow | null; right: LineRow | null };
type LineRow = Extract<Row, { is: "line" }>;
type Highlight = ((code: string, language: string) => string[] | null) | null;

/** All rows of a file's diff, with syntax as class names and changed words marked. */
export function rowsOf(file: FileDiff, highlight: Highlight): Row[] {
  const language = languageOf(file.path);
  return file.hunks.flatMap((hunk) => [
    { is: "hunk" as const, text: hunk.header },
    ...lineRows(hunk, (code) => (language === "" ? null : (highlight?.(code, language) ?? null))),
  ]);
}

/** Removed lines stand beside the added ones that took their place. */
export function splitRows(rows: readonly Row[]): SplitRow[] {
  const split: SplitRow[] = [];
  let removed: LineRow[] = [];
  let added: LineRow[] = [];
  const flush = () => {
    for (let index = 0; index < Math.max(removed.length, added.length); index += 1) {
      split.push({ is: "pair", left: removed[index] ?? null, right: added[index] ?? null });
    }
    removed = [];
    added = [];
  };
  for (const row of rows) {
    if (row.is === "line" && row.kind === "removed") {
      if (added.length > 0) flush();
      removed.push(row);
    } else if (row.is === "line" && row.kind === "added") added.push(row);
    else {
      flush();
      split.push(row.is === "hunk" ? row : { is: "pair", left: row, right: row });
    }
  }
  flush();
  return split;
}

function lineRows(hunk: Hunk, highlight: (code: string) => string[] | null): LineRow[] {
  const before = sideHtml(hunk, "added", highlight);
  const after = sideHtml(hunk, "removed", highlight);
  const marks = marksOf(hunk);
  return hunk.lines.map((line, index) => {
    const html = (line.kind === "removed" ? before : after).get(index) ?? escapeHtml(line.text);
    return { is: "line", ...line, html: markHtml(html, marks.get(index) ?? []) };
  });
}

/** One side of a hunk is highlighted as a whole, so that strings and comments over several lines are right. */
function sideHtml(hunk: Hunk, without: DiffLine["kind"], highlight: (code: string) => string[] | null) {
  const indexes = hunk.lines.flatMap((line, index) => (line.kind === without ? [] : [index]));
  const code = indexes.map((index) => hunk.lines[index]?.text ?? "").join("\n");
  const html = highlight(code);
  return new Map(indexes.map((index, place) => [index, html?.[place]] as const));
}

/** Longer runs are rewritten text: comparing each with each would cost much and say little. */
const MAX_RUN = 20;

/** Removed lines are compared with the lines that took their place, in order. */
function marksOf(hunk: Hunk): Map<number, Range[]> {
  const marks = new Map<number, Range[]>();
  const { lines } = hunk;
  let index = 0;
  while (index < lines.length) {
    const removed = runLength(lines, index, "removed");
    const added = runLength(lines, index + removed, "added");
    if (removed > 0 && added > 0 && removed <= MAX_RUN && added <= MAX_RUN) {
      markRun(lines, { from: index, removed, added }, marks);
    }
    index += Math.max(1, removed + added);
  }
  return marks;
}

type Run = { from: number; removed: number; added: number };

/** Each removed line with the first added one after the former pair that has enough in common with it. */
function markRun(lines: readonly DiffLine[], run: Run, marks: Map<number, Range[]>): void {
  const firstAdded = run.from + run.removed;
  let next = firstAdded;
  for (let before = run.from; before < firstAdded; before += 1) {
    for (let after = next; after < firstAdded + run.added; after += 1) {
      const found = wordMarks(lines[before]?.text ?? "", lines[after]?.text ?? "");
      if (found === null) continue;
      marks.set(before, found.removed);
      marks.set(after, found.added);
      next = after + 1;
      break;
    }
  }
}

function runLength(lines: readonly DiffLine[], from: number, kind: DiffLine["kind"]): number {
  let length = 0;
  while (lines[from + length]?.kind === kind) length += 1;
  return length;
}
