export type ChangedFile = {
  path: string;
  /** Of a renamed file. */
  oldPath: string | null;
  status: "added" | "modified" | "deleted" | "renamed" | "type_changed";
  /** Null: binary. */
  additions: number | null;
  deletions: number | null;
  /** In bytes, of the new file; null: deleted, or a submodule. */
  size: number | null;
};

/** What `git diff-tree` printed with `--raw -z`, with `--numstat -z`, and `cat-file --batch-check` of the new objects. */
export type DiffOutput = { raw: string; numstat: string; sizes: string };

const STATUS: Readonly<Record<string, ChangedFile["status"]>> = {
  A: "added",
  M: "modified",
  D: "deleted",
  R: "renamed",
  T: "type_changed",
};

/** Joins the three listings by path and object. What was cut off at the end is left out. */
export function parseChangedFiles({ raw, numstat, sizes }: DiffOutput): ChangedFile[] {
  const counts = parseNumstat(numstat);
  const sizeOf = parseSizes(sizes);
  return parseRaw(raw).map(({ object, ...file }) => ({
    ...file,
    additions: counts.get(file.path)?.additions ?? null,
    deletions: counts.get(file.path)?.deletions ?? null,
    size: sizeOf.get(object) ?? null,
  }));
}

type RawEntry = Pick<ChangedFile, "path" | "oldPath" | "status"> & { object: string };

/** `:100644 100644 <old> <new> M` NUL path NUL, and one path more for a rename. */
function parseRaw(text: string): RawEntry[] {
  const fields = text.split("\0");
  const entries: RawEntry[] = [];
  for (let at = 0; at < fields.length; ) {
    const [, , , object = "", letter = ""] = fields[at]?.split(" ") ?? [];
    const status = STATUS[letter.slice(0, 1)];
    const first = fields[at + 1];
    if (status === undefined || first === undefined) break;
    const second = status === "renamed" ? fields[at + 2] : undefined;
    entries.push({ path: second ?? first, oldPath: second === undefined ? null : first, status, object });
    at += second === undefined ? 2 : 3;
  }
  return entries;
}

/** `3<TAB>1<TAB>path` NUL; of a rename `3<TAB>1<TAB>` NUL old NUL new NUL; `-` for binary. */
function parseNumstat(text: string): Map<string, { additions: number | null; deletions: number | null }> {
  const fields = text.split("\0");
  const counts = new Map<string, { additions: number | null; deletions: number | null }>();
  for (let at = 0; at < fields.length; at += 1) {
    const [added = "", deleted = "", ...rest] = fields[at]?.split("\t") ?? [];
    if (rest.length === 0) break;
    const name = rest.join("\t");
    const path = name === "" ? fields[at + 2] : name;
    if (name === "") at += 2;
    if (path) counts.set(path, { additions: lines(added), deletions: lines(deleted) });
  }
  return counts;
}

function lines(text: string): number | null {
  return /^\d+$/.test(text) ? Number(text) : null;
}

/** `<object> blob <size>`, or `<object> missing`. */
function parseSizes(text: string): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [object = "", type = "", size = ""] = line.split(" ");
    if (type === "blob" && /^\d+$/.test(size)) sizes.set(object, Number(size));
  }
  return sizes;
}
