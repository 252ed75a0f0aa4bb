import { constants } from "node:fs";
import { type FileHandle, lstat, mkdir, open, realpath, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { absolute } from "./file-asks.ts";
import { FileFailure, failureOf } from "./file-errors.ts";
import { type ReadRequest, type Reply, WINDOW_BYTES } from "./protocol.ts";

type Send = (reply: Reply, bytes?: Uint8Array) => void;
type Reading = { unacknowledged: number; wake: (() => void) | null; gone: boolean };
type Writing = { file: FileHandle; temporary: string; target: string; failed: unknown };

const CHUNK_BYTES = 256 * 1024;
const NEW_FILE_MODE = 0o644;

/** Files in and out of the box, in chunks. A write is seen whole or not at all. */
export function makeTransfers(send: Send) {
  const readings = new Map<number, Reading>();
  const writings = new Map<number, Writing>();

  async function read(request: ReadRequest): Promise<void> {
    const reading: Reading = { unacknowledged: 0, wake: null, gone: false };
    readings.set(request.id, reading);
    try {
      const { file, size } = await openForReading(request.path);
      try {
        const range = rangeOf(request, size);
        send({ t: "answer", id: request.id, value: { size, ...range } });
        await sendRange(request.id, reading, { file, ...range });
      } finally {
        await file.close();
      }
      send({ t: "done", id: request.id });
    } catch (thrown) {
      send({ t: "failed", id: request.id, ...failureOf(thrown) });
    } finally {
      readings.delete(request.id);
    }
  }

  async function sendRange(
    id: number,
    reading: Reading,
    from: { file: FileHandle; start: number; end: number },
  ): Promise<void> {
    let position = from.start;
    while (position <= from.end && !reading.gone) {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, from.end - position + 1));
      const { bytesRead } = await from.file.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0)
        throw new FileFailure(500, "RUNTIME_ERROR", "The file became shorter while it was read.");
      position += bytesRead;
      reading.unacknowledged += bytesRead;
      send({ t: "data", id }, buffer.subarray(0, bytesRead));
      while (reading.unacknowledged > WINDOW_BYTES && !reading.gone) {
        await new Promise<void>((resolve) => {
          reading.wake = resolve;
        });
      }
    }
  }

  async function finish(id: number, work: (writing: Writing) => Promise<void>): Promise<void> {
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
  }

  return {
    read,
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
    commit: (id: number): Promise<void> => finish(id, (writing) => rename(writing.temporary, writing.target)),
    discard: (id: number): Promise<void> => finish(id, (writing) => unlink(writing.temporary)),
    ack(id: number, bytes: number): void {
      const reading = readings.get(id);
      if (!reading) return;
      reading.unacknowledged -= bytes;
      reading.wake?.();
    },
    detach(id: number): void {
      const reading = readings.get(id);
      if (!reading) return;
      reading.gone = true;
      reading.wake?.();
    },
  };
}

/** O_NONBLOCK: opening a FIFO must not wait for a writer. */
async function openForReading(path: string): Promise<{ file: FileHandle; size: number }> {
  const file = await open(absolute(path), constants.O_RDONLY | constants.O_NONBLOCK);
  const stats = await file.stat();
  if (stats.isFile()) return { file, size: stats.size };
  await file.close();
  throw new FileFailure(400, "INVALID_FILE_OPERATION", `${path} is no regular file.`);
}

function rangeOf(request: ReadRequest, size: number): { start: number; end: number } {
  const start = request.start < 0 ? Math.max(0, size + request.start) : request.start;
  const end = Math.min(request.end ?? size - 1, size - 1);
  const whole = request.start === 0 && request.end === null;
  if (!whole && start > end)
    throw new FileFailure(416, "RANGE_NOT_SATISFIABLE", `The file has ${size} bytes.`);
  return { start, end };
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
