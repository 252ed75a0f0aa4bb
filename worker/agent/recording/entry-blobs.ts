import { mapStrings } from "./clean.ts";

/** An entry whose JSON is longer is stored with its long strings as blobs. Well under the limit of one event. */
const MAX_ENTRY_CHARS = 256 * 1024;
const LONG_STRING_CHARS = 16 * 1024;
/** What a reader of the log still sees of a string that was moved out. */
const KEPT_CHARS = 1_000;

type Entry = { type: string; id: string; [key: string]: unknown };
export type StoredEntry = { entry: Entry; blobs: Record<string, string> };

/** Moves the long strings of a large entry into blobs: JSON pointer → blob with the whole text. */
export async function storeEntry(
  entry: Entry,
  putBlob: (bytes: Uint8Array) => Promise<string>,
): Promise<StoredEntry> {
  if (JSON.stringify(entry).length <= MAX_ENTRY_CHARS) return { entry, blobs: {} };
  const long: { pointer: string; text: string }[] = [];
  const short = replaceStrings(entry, "", (pointer, text) => {
    if (text.length <= LONG_STRING_CHARS) return text;
    long.push({ pointer, text });
    return text.slice(0, KEPT_CHARS).toWellFormed();
  });
  const blobs: Record<string, string> = {};
  for (const { pointer, text } of long) blobs[pointer] = await putBlob(Buffer.from(text, "utf8"));
  return { entry: { ...entry, ...asRecord(short) }, blobs };
}

/** The entry as the agent's session had it: what resume needs. `getBlob` rejects when a blob is gone. */
export async function restoreEntry(
  stored: { entry: unknown; blobs: Readonly<Record<string, string>> },
  getBlob: (blob: string) => Promise<Uint8Array>,
): Promise<unknown> {
  const pointers = Object.entries(stored.blobs);
  if (pointers.length === 0) return stored.entry;
  const texts = new Map<string, string>();
  for (const [pointer, blob] of pointers)
    texts.set(pointer, Buffer.from(await getBlob(blob)).toString("utf8"));
  return replaceStrings(stored.entry, "", (pointer, text) => texts.get(pointer) ?? text);
}

function replaceStrings(
  value: unknown,
  pointer: string,
  change: (pointer: string, text: string) => string,
): unknown {
  if (typeof value === "string") return change(pointer, value);
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => replaceStrings(item, `${pointer}/${index}`, change));
  }
  if (typeof value !== "object" || value === null) return mapStrings(value, (text) => text);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => [
      key,
      replaceStrings(item, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, change),
    ]),
  );
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
