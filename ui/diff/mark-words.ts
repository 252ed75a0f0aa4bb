import { diffWordsWithSpace } from "diff";

export type Range = { from: number; to: number };

/** Longer lines, and pairs that have little in common, get no marks: they would say nothing. */
const MAX_CHARS = 500;
const MIN_COMMON = 0.5;

/**
 * What differs between a removed line and the added one that took its place, in UTF-16 units of each; null when
 * they have too little in common to be the same line.
 */
export function wordMarks(removed: string, added: string): { removed: Range[]; added: Range[] } | null {
  if (removed.length > MAX_CHARS || added.length > MAX_CHARS) return null;
  const marks: { removed: Range[]; added: Range[] } = { removed: [], added: [] };
  let [before, after, common] = [0, 0, 0];
  for (const part of diffWordsWithSpace(removed, added)) {
    const { length } = part.value;
    if (part.value.trim() === "" && (part.removed || part.added)) {
      // Indentation that changed is seen without a mark.
    } else if (part.removed) marks.removed.push({ from: before, to: before + length });
    else if (part.added) marks.added.push({ from: after, to: after + length });
    else common += part.value.trim().length;
    if (!part.added) before += length;
    if (!part.removed) after += length;
  }
  const longer = Math.max(removed.trim().length, added.trim().length, 1);
  return common / longer < MIN_COMMON ? null : marks;
}

/** Puts `<mark>` round ranges of the text of highlighted HTML; tags and entities do not count as text. */
export function markHtml(html: string, ranges: readonly Range[]): string {
  if (ranges.length === 0) return html;
  let at = 0;
  let marked = false;
  let out = "";
  for (const [piece] of html.matchAll(/<[^>]*>|&[^;]+;|[\s\S]/g)) {
    if (piece.startsWith("<")) {
      // A mark never crosses a tag.
      out += marked ? `</mark>${piece}` : piece;
      marked = false;
      continue;
    }
    const inside = ranges.some((range) => at >= range.from && at < range.to);
    if (inside !== marked) out += inside ? "<mark>" : "</mark>";
    marked = inside;
    out += piece;
    at += 1;
  }
  return marked ? `${out}</mark>` : out;
}
