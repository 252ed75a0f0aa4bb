import { BadInput } from "../../core/errors.ts";
import type { NewEvent } from "../../core/event.ts";

/**
 * Postgres stores neither NUL nor half of a surrogate pair in text, and one such character would fail a whole
 * batch. JSON.stringify writes both as `\u` escapes, so the text tells at once that there are none; only where it
 * may be otherwise (the backslash can be an escaped one) the data is walked. Throws BadInput that names the place.
 */
export function refuseUnstorable(event: NewEvent, json: string): void {
  if (!json.includes("\\u0000") && !json.includes("\\ud")) return;
  const place = unstorablePlace(event.data, "data");
  if (place === null) return;
  throw new BadInput(
    `${place} of ${event.type} holds a NUL byte or half of a character, which cannot be stored: replace it first.`,
  );
}

function unstorablePlace(value: unknown, path: string): string | null {
  if (typeof value === "string") return isStorable(value) ? null : path;
  if (typeof value !== "object" || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    if (!isStorable(key)) return `a key in ${path}`;
    const found = unstorablePlace(inner, `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}
