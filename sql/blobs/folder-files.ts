import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Unavailable } from "../../core/errors.ts";
import { type BlobFiles, codeOf } from "./blob-files.ts";

const DRAFT_LIFE_MS = 3_600_000;

/**
 * Files of one folder. A name appears only over bytes that are on the disk: they are written to a draft and
 * flushed, then renamed, then the folder is flushed, so that a power cut leaves the whole file or none.
 */
export function makeFolderFiles(folder: string): BlobFiles {
  const drafts = join(folder, "drafts");
  let swept: Promise<void> | null = null;
  return {
    async write(path, bytes) {
      const target = join(folder, path);
      const draft = join(drafts, randomUUID());
      try {
        swept ??= sweepDrafts(drafts);
        await swept;
        await makeFolder(dirname(target));
        await writeFlushed(draft, bytes);
        await rename(draft, target);
        await flushFolder(dirname(target));
      } catch (thrown) {
        await rm(draft, { force: true }).catch(() => {});
        throw asUnavailable(thrown, `A blob of ${bytes.byteLength} bytes was not stored`);
      }
    },
    read: (path) => nullIfMissing(() => readFile(join(folder, path))),
    size: (path) => nullIfMissing(async () => (await stat(join(folder, path))).size),
    async remove(path) {
      await nullIfMissing(() => rm(join(folder, path)));
    },
  };
}

/** What a process that was killed has left behind: no write takes an hour. */
async function sweepDrafts(drafts: string): Promise<void> {
  await makeFolder(drafts);
  for (const name of await readdir(drafts)) {
    const draft = join(drafts, name);
    const age = Date.now() - ((await nullIfMissing(() => stat(draft)))?.mtimeMs ?? Date.now());
    if (age > DRAFT_LIFE_MS) await rm(draft, { force: true });
  }
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes missing folders, and flushes each one's parent, so that the way to the file survives too. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await flushFolder(dirname(made));
}

async function flushFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function nullIfMissing<Value>(work: () => Promise<Value>): Promise<Value | null> {
  try {
    return await work();
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT" || codeOf(thrown) === "ENOTDIR") return null;
    throw asUnavailable(thrown, "The folder of the blobs cannot be read");
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full: free some space in the data folder and try again.",
  EDQUOT: "the disk quota is used up: free some space in the data folder and try again.",
  EFBIG: "the file is larger than this process may write: raise its limit and try again.",
  EROFS: "the data folder is mounted read-only: mount it for writing and try again.",
  EACCES: "the data folder belongs to somebody else: give it back to the user who starts Pihordev.",
};

function asUnavailable(cause: unknown, what: string): Unavailable {
  const code = codeOf(cause);
  return new Unavailable(
    `${what}: ${ADVICE[code] ?? `${code || "an unknown error"}, look at the data folder.`}`,
    {
      cause,
    },
  );
}
