import { type FileHandle, lstat, mkdir, open, realpath, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { absolute } from "./file-asks.ts";
import { FileFailure, failureOf } from "./file-errors.ts";
import type { Reply } from "./protocol.ts";

type Send = (reply: Reply, bytes?: Uint8Array) => void;
type Writing = { file: FileHandle; temporary: string; target: string; failed: unknown };

const NEW_FILE_MODE = 0o644;

/** Files into the box, in chunks. A write is seen whole or not at all. */
export function makeWritings(send: Send) {
  const writings = new Map<number, Writing>();
  const finish = async (id: number, work: (writing: Writing) => Promise<void>): Promise<void> => {
    const writing = writings.get(id);
    if (!writing) return;
    writings.delete(id);
    try {
      await writing.file.close();
      if (writing.failed) throw writing.failed;
      await work(writing);
      send({ t: "answer", id, value: null });
    } catch (thrown) {
      await unlink(writing.temporary).catch(() => undefined);
      send({ t: "failed", id, ...failureOf(thrown) });
    }
  };
  return {
    async open(request: { id: number; path: string; mode: number | null }): Promise<void> {
      try {
        writings.set(request.id, await openForWriting(request.path, request.mode));
      } catch (thrown) {
        send({ t: "failed", id: request.id, ...failureOf(thrown) });
      }
    },
    /** Awaited before the next frame is read: the disk's pace is the pipe's pace. */
    async chunk(id: number, bytes: Uint8Array): Promise<void> {
      const writing = writings.get(id);
      if (!writing || writing.failed) return;
      await writing.file.writeFile(bytes).catch((thrown: unknown) => {
        writing.failed = thrown;
      });
    },
    commit: (id: number): Promise<void> => finish(id, ({ temporary, target }) => rename(temporary, target)),
    discard: (id: number): Promise<void> => finish(id, ({ temporary }) => unlink(temporary)),
  };
}

/** Writes through a link to what it points to, and keeps the mode of a file that is there. */
async function openForWriting(path: string, mode: number | null): Promise<Writing> {
  const named = absolute(path);
  await mkdir(dirname(named), { recursive: true });
  const link = await lstat(named).catch(() => null);
  const target = link?.isSymbolicLink() ? await realpath(named) : named;
  const present = await stat(target).catch(() => null);
  if (present && !present.isFile()) {
    throw new FileFailure(400, "INVALID_FILE_OPERATION", `${path} is there and is no regular file.`);
  }
  const temporary = join(
    dirname(target),
    `.${basename(target).slice(0, 200)}.${process.hrtime.bigint()}.part`,
  );
  const file = await open(temporary, "wx", 0o600);
  await file.chmod(mode ?? (present ? present.mode & 0o777 : NEW_FILE_MODE));
  return { file, temporary, target, failed: null };
}
