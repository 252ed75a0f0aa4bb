/**
 * Text that a log and a JSON column can hold: lone surrogates and NUL become U+FFFD. Everything that a model, a
 * provider or a command wrote goes through here before it is recorded.
 */
export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\uFFFD");
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A deep copy as JSON would have it, with `change` done to every string, keys too; what JSON cannot hold is left out. */
export function mapStrings(value: unknown, change: (text: string) => string): Json {
  if (typeof value === "string") return change(value);
  if (typeof value === "boolean" || value === null) return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (Array.isArray(value))
    return value.map((item: unknown) => (item === undefined ? null : mapStrings(item, change)));
  if (typeof value !== "object") return null;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined && typeof item !== "function")
      .map(([key, item]: [string, unknown]) => [change(key), mapStrings(item, change)]),
  );
}

/** Cuts to `max` UTF-16 units, never through a character, with an ellipsis for what is gone. */
export function shorten(text: string, max: number): string {
  return text.length <= max
    ? text
    : `${text
        .slice(0, max - 1)
        .toWellFormed()
        .replace(/\uFFFD$/, "")}…`;
}
