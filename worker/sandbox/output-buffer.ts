/** Keeps the beginning and the end of what a command prints, and counts all of it. */
export type OutputBuffer = {
  add(text: string): void;
  /** With one line in the middle that says how much was left out, if any was. */
  text(): string;
  readonly bytes: number;
};

/** `maxBytes` of UTF-8 are kept, half from each end; memory stays within about twice of it. */
export function makeOutputBuffer(maxBytes: number): OutputBuffer {
  const half = Math.max(1, Math.floor(maxBytes / 2));
  const head: string[] = [];
  let headBytes = 0;
  let tail: { text: string; bytes: number }[] = [];
  let tailBytes = 0;
  let total = 0;

  return {
    add(text) {
      const bytes = Buffer.byteLength(text);
      total += bytes;
      const room = tail.length === 0 ? half - headBytes : 0;
      const first = bytes <= room ? text : cutBytes(text, room);
      head.push(first);
      const taken = Buffer.byteLength(first);
      headBytes += taken;
      if (taken === bytes) return;
      tail.push({ text: text.slice(first.length), bytes: bytes - taken });
      tailBytes += bytes - taken;
      let gone = 0;
      while (tailBytes - (tail[gone]?.bytes ?? 0) > half) tailBytes -= tail[gone++]?.bytes ?? 0;
      if (gone > 0) tail = tail.slice(gone);
    },
    text() {
      const end = lastBytes(tail.map((piece) => piece.text).join(""), half);
      const dropped = total - headBytes - Buffer.byteLength(end);
      if (dropped <= 0) return head.join("") + end;
      return `${head.join("")}\n[… ${dropped} bytes left out …]\n${end}`;
    },
    get bytes() {
      return total;
    },
  };
}

/** The longest beginning of at most `bytes` bytes that ends with a whole character. */
function cutBytes(text: string, bytes: number): string {
  if (bytes <= 0) return "";
  const cut = Buffer.from(text).subarray(0, bytes).toString("utf8");
  return cut.endsWith("\uFFFD") ? cut.replace(/\uFFFD$/, "") : cut;
}

function lastBytes(text: string, bytes: number): string {
  const all = Buffer.from(text);
  if (all.length <= bytes) return text;
  return all
    .subarray(all.length - bytes)
    .toString("utf8")
    .replace(/^\uFFFD+/, "");
}
