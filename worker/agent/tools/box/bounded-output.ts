export const MAX_LINES = 2_000;
export const MAX_BYTES = 50 * 1024;
/** No line of what the model is given is longer. */
const MAX_LINE_CHARS = 4_000;

export type Bounded = { text: string; cut: boolean; lines: number };

/** Head and tail of a text of at most 2,000 lines and 50 KB, with a line between that counts what is left out. */
export function headAndTail(text: string): Bounded {
  const lines = text.split("\n");
  const count = text.endsWith("\n") ? lines.length - 1 : lines.length;
  if (count <= MAX_LINES && Buffer.byteLength(text) <= MAX_BYTES) return { text, cut: false, lines: count };
  const short = lines.slice(0, count).map((line) => clipLine(line, MAX_LINE_CHARS));
  const head = take(short, { lines: MAX_LINES / 2, bytes: MAX_BYTES / 2 });
  const rest = short.slice(head.length).reverse();
  const tail = take(rest, { lines: MAX_LINES / 2 - 1, bytes: MAX_BYTES / 2 - 200 }).reverse();
  const left = count - head.length - tail.length;
  const between = left > 0 ? [`[… ${left} lines left out …]`] : [];
  return { text: [...head, ...between, ...tail].join("\n"), cut: true, lines: count };
}

/** As many whole lines from the beginning as fit. */
export function take(lines: readonly string[], limit: { lines: number; bytes: number }): string[] {
  const taken: string[] = [];
  let bytes = 0;
  for (const line of lines.slice(0, limit.lines)) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > limit.bytes) break;
    taken.push(line);
  }
  return taken;
}

export function clipLine(line: string, max: number): string {
  if (line.length <= max) return line;
  return `${line.slice(0, max).toWellFormed()}… [${line.length - max} more characters in this line]`;
}

/** At most `maxBytes` of UTF-8: the middle goes, and a line says how much. */
export function clipMiddle(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= maxBytes) return text;
  const half = Math.floor((maxBytes - 100) / 2);
  const head = wholeCharacters(bytes.subarray(0, half), "end");
  const tail = wholeCharacters(bytes.subarray(bytes.length - half), "start");
  return `${head}\n[… ${bytes.length - half * 2} bytes left out …]\n${tail}`;
}

function wholeCharacters(bytes: Uint8Array, cutAt: "start" | "end"): string {
  const text = Buffer.from(bytes).toString("utf8");
  return cutAt === "end" ? text.replace(/\uFFFD{1,3}$/, "") : text.replace(/^\uFFFD{1,3}/, "");
}
