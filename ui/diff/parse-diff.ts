/** A unified diff as git writes it, read into files, hunks and numbered lines. Pure. */
export type DiffLine = {
  kind: "context" | "added" | "removed";
  before: number | null;
  after: number | null;
  text: string;
};
export type Hunk = { header: string; lines: DiffLine[] };
export type FileStatus = "added" | "deleted" | "renamed" | "modified";
export type FileDiff = {
  path: string;
  formerPath: string | null;
  status: FileStatus;
  binary: boolean;
  additions: number;
  deletions: number;
  hunks: Hunk[];
};

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/** Reads what it can: a cut or foreign text gives the files up to there, never an error. */
export function parseDiff(text: string): FileDiff[] {
  const reader: Reader = {
    files: [],
    file: null,
    hunk: null,
    before: 0,
    after: 0,
    beforeLeft: 0,
    afterLeft: 0,
  };
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const line of lines) {
    if (reader.hunk && (reader.beforeLeft > 0 || reader.afterLeft > 0)) readLine(reader, line);
    else readHeader(reader, line);
  }
  return reader.files;
}

type Reader = {
  files: FileDiff[];
  file: FileDiff | null;
  hunk: Hunk | null;
  before: number;
  after: number;
  beforeLeft: number;
  afterLeft: number;
};

function readHeader(reader: Reader, line: string) {
  if (line.startsWith("diff --git ")) return openFile(reader, pathsOf(line));
  if (line.startsWith("--- ") && (!reader.file || reader.file.hunks.length > 0)) openFile(reader, null);
  const { file } = reader;
  if (!file) return;
  const hunk = HUNK.exec(line);
  if (hunk) return openHunk(reader, file, hunk);
  if (line.startsWith("new file")) file.status = "added";
  else if (line.startsWith("deleted file")) file.status = "deleted";
  else if (line.startsWith("rename from ")) file.formerPath = unquoted(line.slice(12));
  else if (line.startsWith("rename to ")) renameTo(file, unquoted(line.slice(10)));
  else if (line.startsWith("Binary files ") || line.startsWith("GIT binary patch")) file.binary = true;
  else if (line.startsWith("--- ")) readBefore(file, line);
  else if (line.startsWith("+++ ")) readAfter(file, line);
}

function openFile(reader: Reader, path: string | null): void {
  const file: FileDiff = {
    path: path ?? "",
    formerPath: null,
    status: "modified",
    binary: false,
    additions: 0,
    deletions: 0,
    hunks: [],
  };
  reader.files.push(file);
  reader.file = file;
  reader.hunk = null;
}

function openHunk(reader: Reader, file: FileDiff, found: RegExpExecArray): void {
  const hunk: Hunk = { header: found.input, lines: [] };
  file.hunks.push(hunk);
  reader.hunk = hunk;
  reader.before = Number(found[1]);
  reader.beforeLeft = Number(found[2] ?? 1);
  reader.after = Number(found[3]);
  reader.afterLeft = Number(found[4] ?? 1);
}

function readLine(reader: Reader, line: string): void {
  const { file, hunk } = reader;
  if (!file || !hunk || line.startsWith("\\")) return;
  const text = line.slice(1).replace(/\r$/, "");
  if (line.startsWith("+")) {
    hunk.lines.push({ kind: "added", before: null, after: reader.after, text });
    file.additions += 1;
  } else if (line.startsWith("-")) {
    hunk.lines.push({ kind: "removed", before: reader.before, after: null, text });
    file.deletions += 1;
  } else {
    hunk.lines.push({ kind: "context", before: reader.before, after: reader.after, text });
  }
  if (!line.startsWith("+")) {
    reader.before += 1;
    reader.beforeLeft -= 1;
  }
  if (!line.startsWith("-")) {
    reader.after += 1;
    reader.afterLeft -= 1;
  }
}

function readBefore(file: FileDiff, line: string): void {
  const path = sidePath(line);
  if (path === null) file.status = "added";
  else if (file.path === "") file.path = path;
}

function readAfter(file: FileDiff, line: string): void {
  const path = sidePath(line);
  if (path === null) file.status = "deleted";
  else file.path = path;
}

function renameTo(file: FileDiff, path: string): void {
  file.path = path;
  file.status = "renamed";
}

/** Path of a `---` or `+++` line without its `a/` or `b/`; null for /dev/null. */
function sidePath(line: string): string | null {
  const path = unquoted(line.slice(4).replace(/\t.*$/, ""));
  return path === "/dev/null" ? null : path.replace(/^[ab]\//, "");
}

/** The path after the change of a `diff --git a/x b/x` line; both halves are the same unless renamed. */
function pathsOf(line: string): string {
  const rest = line.slice("diff --git ".length);
  const quoted = / "b\/(.*)"$/.exec(rest);
  if (quoted) return unquoted(`"${quoted[1]}"`);
  const half = rest.slice((rest.length + 1) / 2);
  return rest.length % 2 === 1 && half.startsWith("b/") ? half.slice(2) : (rest.split(" b/").at(-1) ?? rest);
}

/** Git quotes names with unusual characters and writes their bytes in octal. */
function unquoted(name: string): string {
  if (!name.startsWith('"') || !name.endsWith('"')) return name;
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const [piece, octal, escaped] of name.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|[^\\]+/g)) {
    if (octal) bytes.push(Number.parseInt(octal, 8));
    else bytes.push(...encoder.encode(escaped ? (ESCAPES[escaped] ?? escaped) : piece));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t" };

const GENERATED =
  /(^|\/)(package-lock\.json|bun\.lockb?|yarn\.lock|pnpm-lock\.yaml|Cargo\.lock|poetry\.lock|uv\.lock|go\.sum|composer\.lock|Gemfile\.lock)$|\.min\.(js|css)$|\.snap$|(^|\/)(dist|vendor)\//;

/** Lock, minified and generated files: shown folded. */
export function isGenerated(path: string): boolean {
  return GENERATED.test(path);
}
