import { cleanText } from "./clean.ts";

export const REMOVED = "[secret removed]";
/** Shorter values would also be found in ordinary text, and to remove them there would wreck it. */
const SHORTEST_SECRET = 6;
const SHORTEST_ENCODED = 8;
const SHORTEST_LINE = 16;

export type Scrubber = {
  /** Known secret values, also base64 or URL encoded, become `[secret removed]`; unstorable characters U+FFFD. */
  scrub(text: string): string;
  /** For text that comes in pieces: holds back what may be the beginning of a secret or half a character. */
  stream(): StreamScrubber;
};
export type StreamScrubber = { push(piece: string): string; flush(): string };

export function makeScrubber(secrets: readonly string[]): Scrubber {
  const needles = [...new Set(secrets.flatMap(needlesOf))].sort((a, b) => b.length - a.length);
  const pattern = needles.length > 0 ? new RegExp(needles.map(escapePattern).join("|"), "g") : null;
  const remove = (text: string) => (pattern ? text.replace(pattern, REMOVED) : text);
  return {
    scrub: (text) => cleanText(remove(text)),
    stream: () => makeStreamScrubber(needles, remove),
  };
}

function makeStreamScrubber(needles: readonly string[], remove: (text: string) => string): StreamScrubber {
  let held = "";
  return {
    push(piece) {
      const text = remove(held + piece);
      const safe = text.length - heldBack(text, needles);
      held = text.slice(safe);
      return cleanText(text.slice(0, safe));
    },
    flush() {
      const rest = cleanText(remove(held));
      held = "";
      return rest;
    },
  };
}

/** How many units at the end may be the beginning of a needle, or the first half of a pair. */
function heldBack(text: string, needles: readonly string[]): number {
  const longest = needles[0]?.length ?? 1;
  for (let start = Math.max(0, text.length - longest + 1); start < text.length; start += 1) {
    const end = text.slice(start);
    if (needles.some((needle) => needle.startsWith(end))) return end.length;
  }
  return isHighSurrogate(text.charCodeAt(text.length - 1)) ? 1 : 0;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** Every form of one secret that is looked for. */
function needlesOf(secret: string): string[] {
  const value = secret.trim();
  if (value.length < SHORTEST_SECRET) return [];
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const long = lines.length > 1 ? lines.filter((line) => line.length >= SHORTEST_LINE) : [];
  const escaped = JSON.stringify(value).slice(1, -1);
  return [value, ...long, escaped, encodeURIComponent(value), ...base64Forms(value)];
}

/**
 * What is always the same in the base64 of any text that holds the secret: one form for each of the three places
 * it can have in a group of three bytes, without the characters at its ends that depend on its neighbours.
 */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value, "utf8");
  const forms = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const whole = Math.floor(((offset + bytes.length) * 8) / 6);
    return encoded.slice(Math.ceil((offset * 8) / 6), whole);
  });
  const urlSafe = forms.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"));
  return [...forms, ...urlSafe].filter((form) => form.length >= SHORTEST_ENCODED);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
