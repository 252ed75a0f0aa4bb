import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { absolute } from "./file-asks.ts";
import { FileFailure, failureOf } from "./file-errors.ts";
import { type ReadRequest, type Reply, WINDOW_BYTES } from "./protocol.ts";

type Send = (reply: Reply, bytes?: Uint8Array) => void;
type Reading = { unacknowledged: number; wake: (() => void) | null; gone: boolean };
type Source = { file: FileHandle; start: number; end: number };

const CHUNK_BYTES = 256 * 1024;

/** Files out of the box, in chunks, as fast as they are acknowledged. */
export function makeReadings(send: Send) {
  const readings = new Map<number, Reading>();
  const wake = (id: number, change: (reading: Reading) => void): void => {
    const reading = readings.get(id);
    if (!reading) return;
    change(reading);
    reading.wake?.();
  };
  return {
    async read(request: ReadRequest): Promise<void> {
      const reading: Reading = { unacknowledged: 0, wake: null, gone: false };
      readings.set(request.id, reading);
      try {
        await sendFile(send, request, reading);
        send({ t: "done", id: request.id });
      } catch (thrown) {
        send({ t: "failed", id: request.id, ...failureOf(thrown) });
      } finally {
        readings.delete(request.id);
      }
    },
    ack(id: number, bytes: number): void {
      wake(id, (reading) => {
        reading.unacknowledged -= bytes;
      });
    },
    detach(id: number): void {
      wake(id, (reading) => {
        reading.gone = true;
      });
    },
  };
}

async function sendFile(send: Send, request: ReadRequest, reading: Reading): Promise<void> {
  const { file, size } = await openForReading(request.path);
  try {
    const range = rangeOf(request, size);
    send({ t: "answer", id: request.id, value: { size, ...range } });
    for await (const bytes of chunksOf({ file, ...range })) {
      if (reading.gone) return;
      reading.unacknowledged += bytes.length;
      send({ t: "data", id: request.id }, bytes);
      while (reading.unacknowledged > WINDOW_BYTES && !reading.gone) {
        await new Promise<void>((resolve) => {
          reading.wake = resolve;
        });
      }
    }
  } finally {
    await file.close();
  }
}

async function* chunksOf({ file, start, end }: Source): AsyncGenerator<Uint8Array> {
  for (let position = start; position <= end; ) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - position + 1));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0)
      throw new FileFailure(500, "RUNTIME_ERROR", "The file became shorter while it was read.");
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
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
