import type { Readable, Writable } from "node:stream";
import * as z from "zod";
import { encodeFrame, MAX_FRAME_BYTES, makeFrameReader, type Request } from "../in-box/protocol.ts";

/** An agent may have written these: shapes and sizes are checked, and a reply to nobody is ignored. */
const id = z.number().int().nonnegative();
const replySchema = z.discriminatedUnion("t", [
  z.object({ t: z.literal("hello") }),
  z.object({ t: z.literal("out"), id, stream: z.number().int().min(1).max(2) }),
  z.object({
    t: z.literal("exit"),
    id,
    code: z.number().int().min(-1).max(255).nullable(),
    signal: z.string().max(20).nullable(),
    note: z.string().max(500).nullable(),
  }),
  z.object({ t: z.literal("answer"), id, value: z.json() }),
  z.object({
    t: z.literal("failed"),
    id,
    status: z.number().int().min(400).max(599),
    code: z.string().max(100),
    message: z.string().max(20_000),
  }),
  z.object({ t: z.literal("data"), id }),
  z.object({ t: z.literal("done"), id }),
]);
export type CheckedReply = z.infer<typeof replySchema>;

type WithoutId<R> = R extends { id: number } ? Omit<R, "id"> : never;
export type Opening = WithoutId<Request>;
export type Listener = {
  reply(reply: CheckedReply, bytes: Buffer): void;
  /** The box is gone: no reply will come. */
  broken(reason: string): void;
};

/** One conversation with a supervisor: opened by a request, ended by `close`. */
export type Conversation = {
  /** Resolves when the box has room for more. */
  send(request: Opening, bytes?: Uint8Array): Promise<void>;
  close(): void;
};

export type Channel = {
  readonly ready: Promise<void>;
  open(request: Opening, listener: Listener): Conversation;
  /** Tells everybody, once. */
  break(reason: string): void;
};

/** Speaks with the supervisor of one box over its pipes. */
export function makeChannel(pipes: { input: Writable; output: Readable }): Channel {
  const listeners = new Map<number, Listener>();
  const hello = Promise.withResolvers<void>();
  hello.promise.catch(() => undefined);
  let broken: string | null = null;
  let nextId = 1;

  const breakAll = (reason: string): void => {
    if (broken !== null) return;
    broken = reason;
    hello.reject(new Error(reason));
    for (const listener of [...listeners.values()]) listener.broken(reason);
    listeners.clear();
  };

  const reader = makeFrameReader(MAX_FRAME_BYTES);
  pipes.output.on("data", (chunk: Buffer) => {
    if (broken !== null) return;
    try {
      for (const frame of reader.push(chunk))
        deliver(replySchema.parse(JSON.parse(frame.header)), frame.bytes);
    } catch {
      breakAll("The box's supervisor said something that makes no sense.");
    }
  });
  pipes.input.on("error", () => breakAll("The box has ended."));

  function deliver(reply: CheckedReply, bytes: Buffer): void {
    if (reply.t === "hello") hello.resolve();
    else listeners.get(reply.id)?.reply(reply, bytes);
  }

  function send(request: Request, bytes?: Uint8Array): Promise<void> {
    if (broken !== null || pipes.input.write(encodeFrame(request, bytes))) return Promise.resolve();
    return new Promise((resolve) => {
      pipes.input.once("drain", resolve);
      pipes.input.once("close", resolve);
    });
  }

  return {
    ready: hello.promise,
    break: breakAll,
    open(request, listener) {
      const conversationId = nextId++;
      if (broken !== null) queueMicrotask(() => listener.broken(broken ?? ""));
      else listeners.set(conversationId, listener);
      void send({ ...request, id: conversationId }, undefined);
      return {
        send: (next, bytes) => send({ ...next, id: conversationId }, bytes),
        close: () => void listeners.delete(conversationId),
      };
    },
  };
}
