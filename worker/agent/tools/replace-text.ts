import { BadInput } from "../../../core/errors.ts";

export type Replacement = { oldText: string; newText: string };

/**
 * The text with every replacement made. Each `oldText` must occur exactly once in the text as it was, and no two
 * may overlap. Line ends are the file's: a replacement is written with \n and matches \r\n. Throws BadInput.
 */
export function replaceText(text: string, replacements: readonly Replacement[], shown: string): string {
  const windows = text.includes("\r\n") && !/(^|[^\r])\n/.test(text);
  const plain = windows ? text.replaceAll("\r\n", "\n") : text;
  const places = replacements
    .map((replacement) => placeOf(plain, withoutCarriageReturn(replacement, windows), shown))
    .sort((a, b) => a.start - b.start);
  let result = "";
  let end = 0;
  for (const place of places) {
    if (place.start < end) throw new BadInput(`Two edits of ${shown} overlap: join them into one.`);
    result += plain.slice(end, place.start) + place.newText;
    end = place.end;
  }
  result += plain.slice(end);
  if (result === plain)
    throw new BadInput(`The edits of ${shown} change nothing: oldText and newText are the same.`);
  return windows ? result.replaceAll("\n", "\r\n") : result;
}

type Place = { start: number; end: number; newText: string };

function placeOf(text: string, { oldText, newText }: Replacement, shown: string): Place {
  const start = text.indexOf(oldText);
  if (start === -1) {
    throw new BadInput(
      `This text is not in ${shown}: ${excerpt(oldText)}. Read the file and give oldText exactly as it is there, with its spaces and line ends.`,
    );
  }
  const again = text.indexOf(oldText, start + 1);
  if (again !== -1) {
    const lines = [start, again].map((place) => text.slice(0, place).split("\n").length);
    throw new BadInput(
      `This text is in ${shown} more than once (lines ${lines.join(" and ")}): ${excerpt(oldText)}. Give more of the lines around it.`,
    );
  }
  return { start, end: start + oldText.length, newText };
}

function withoutCarriageReturn(replacement: Replacement, windows: boolean): Replacement {
  if (!windows) return replacement;
  const { oldText, newText } = replacement;
  return { oldText: oldText.replaceAll("\r\n", "\n"), newText: newText.replaceAll("\r\n", "\n") };
}

function excerpt(text: string): string {
  const line = text.trim().split("\n")[0] ?? "";
  return JSON.stringify(line.length > 120 ? `${line.slice(0, 119)}…` : line);
}
