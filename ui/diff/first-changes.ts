import { words } from "../words.ts";
import type { Row } from "./rows.ts";

const MOST_CHANGED = 6;
const MOST_OF_A_SIDE = 3;
/** More unchanged lines than this between two changed ones are left out. */
const MOST_BETWEEN = 2;

/** What a folded edit shows of its rows: the line before the first change, then the first changed lines. */
export function firstChanges(rows: readonly Row[]): Row[] {
  const chosen = chooseChanged(rows);
  const first = chosen[0];
  if (first === undefined) return [];
  const before = rows[first - 1];
  const shown: Row[] = before?.is === "line" ? [before] : [];
  let last = first;
  for (const index of chosen) {
    shown.push(...between(rows.slice(last + 1, index)), ...rows.slice(index, index + 1));
    last = index;
  }
  return shown;
}

export function lineCount(rows: readonly Row[]): number {
  return rows.filter((row) => row.is === "line").length;
}

/** Places of the first changed rows. When all of them are removed ones, the first added ones come with them. */
function chooseChanged(rows: readonly Row[]): number[] {
  const changed = [...placesOf(rows, "removed"), ...placesOf(rows, "added")].sort((a, b) => a - b);
  const first = changed.slice(0, MOST_CHANGED);
  const added = placesOf(rows, "added").slice(0, MOST_OF_A_SIDE);
  if (added.length === 0 || first.some((place) => added.includes(place))) return first;
  return [...first.slice(0, MOST_OF_A_SIDE), ...added];
}

function placesOf(rows: readonly Row[], kind: "added" | "removed"): number[] {
  return rows.flatMap((row, place) => (row.is === "line" && row.kind === kind ? [place] : []));
}

/** A few unchanged lines as they are; anything else is a gap. */
function between(rows: readonly Row[]): readonly Row[] {
  const few = rows.length <= MOST_BETWEEN && rows.every((row) => row.is === "line" && row.kind === "context");
  return few ? rows : [{ is: "hunk", text: words.cards.gap }];
}
