import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod";
import { ApiError } from "../answers.ts";
import type { FileAsk } from "../in-box/protocol.ts";
import type { Channel, CheckedReply, Listener } from "./channel.ts";

const ASK_TIMEOUT_MS = 60_000;
const CHUNK_BYTES = 256 * 1024;
const rangeSchema = z.object({
  size: z.number().int().nonnegative(),
  start: z.number().int().nonnegative(),
  end: z.number().int().min(-1),
});

/** Throws ApiError as the box answered, or 503 when the box is gone or silent. */
export function askFiles(channel: Channel, ask: FileAsk): Promise<unknown> {
  const answered = new Promise<unknown>((resolve, reject) => {
    const conversation = channel.open(
      { t: "ask", ask },
      {
        reply(reply) {
          conversation.close();
          if (reply.t === "answer") resolve(reply.value);
          else reject(failureOf(reply));
        },
        broken: (reason) => reject(lost(reason)),
      },
    );
  });
  const late = wait(ASK_TIMEOUT_MS, undefined, { ref: false }).then(() => {
    throw lost("The box does not answer.");
  });
  return Promise.race([answered, late]);
}

export type FileRead = {
  size: number;
  start: number;
  end: number;
  chunks: AsyncIterable<Buffer>;
  close(): void;
};

/** Opens a file for reading; its bytes come as fast as they are taken. */
export async function openRead(
  channel: Channel,
  request: { path: string; start: number; end: number | null },
): Promise<FileRead> {
  const opened = Promise.withResolvers<z.infer<typeof rangeSchema>>();
  const inbox = makeInbox();
  const conversation = channel.open(
    { t: "read", ...request },
    {
      reply(reply, bytes) {
        if (reply.t === "answer") opened.resolve(rangeSchema.parse(reply.value));
        else if (reply.t === "data") inbox.put(bytes);
        else if (reply.t === "done") inbox.end(null);
        else fail(failureOf(reply));
      },
      broken: (reason) => fail(lost(reason)),
    },
  );
  const fail = (error: ApiError): void => {
    opened.reject(error);
    inbox.end(error);
  };
  const range = await opened.promise;
  return {
    ...range,
    chunks: inbox.drain((bytes) => void conversation.send({ t: "ack", bytes })),
    close() {
      void conversation.send({ t: "detach" });
      conversation.close();
    },
  };
}

export type FileWrite = {
  chunk(bytes: Uint8Array): Promise<void>;
  /** Puts the file in place. Throws ApiError. */
  commit(): Promise<void>;
  discard(): Promise<void>;
};

export function openWrite(channel: Channel, request: { path: string; mode?: number | undefined }): FileWrite {
  const ended = Promise.withResolvers<void>();
  ended.promise.catch(() => undefined);
  const listener: Listener = {
    reply: (reply) => (reply.t === "answer" ? ended.resolve() : ended.reject(failureOf(reply))),
    broken: (reason) => ended.reject(lost(reason)),
  };
  const mode = request.mode === undefined ? null : octal(request.mode);
  const conversation = channel.open({ t: "write", path: request.path, mode }, listener);
  return {
    async chunk(bytes) {
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
        await conversation.send({ t: "chunk" }, bytes.subarray(at, at + CHUNK_BYTES));
      }
    },
    async commit() {
      void conversation.send({ t: "commit" });
      await ended.promise.finally(conversation.close);
    },
    async discard() {
      void conversation.send({ t: "discard" });
      await ended.promise.catch(() => undefined).finally(conversation.close);
    },
  };
}

/** Chunks that came and were not taken yet: bounded by the window of the protocol. */
function makeInbox() {
  const chunks: Buffer[] = [];
  let end: { error: ApiError | null } | null = null;
  let wake = Promise.withResolvers<void>();
  return {
    put(bytes: Buffer): void {
      chunks.push(bytes);
      wake.resolve();
    },
    end(error: ApiError | null): void {
      end ??= { error };
      wake.resolve();
    },
    async *drain(taken: (bytes: number) => void): AsyncGenerator<Buffer> {
      for (;;) {
        for (const bytes of chunks.splice(0)) {
          yield bytes;
          taken(bytes.length);
        }
        if (chunks.length > 0) continue;
        if (end?.error) throw end.error;
        if (end) return;
        await wake.promise;
        wake = Promise.withResolvers<void>();
      }
    },
  };
}

/** The API writes 0o644 as the number 644. */
function octal(mode: number): number {
  if (!/^[0-7]{1,4}$/.test(String(mode)))
    throw new ApiError(400, "INVALID_REQUEST", `Mode ${mode} is not octal, for example 644.`);
  return Number.parseInt(String(mode), 8);
}

function failureOf(reply: CheckedReply): ApiError {
  if (reply.t === "failed") return new ApiError(reply.status, reply.code, reply.message);
  return new ApiError(500, "RUNTIME_ERROR", "The box gave an answer that makes no sense.");
}

function lost(reason: string): ApiError {
  return new ApiError(503, "SANDBOX_LOST", reason);
}
