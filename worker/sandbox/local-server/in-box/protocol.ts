/**
 * What the server and the supervisor say to each other over the supervisor's stdin and stdout. A frame is
 * u32 length of the rest, u32 length of the header, header (JSON), bytes. Everything the server reads comes
 * from a place that an agent can reach, so the server checks it again.
 */
export type Permission = { owner?: string; group?: string; mode?: number };
export type FileAsk =
  | { op: "info"; paths: string[] }
  | { op: "list"; path: string; depth: number }
  | { op: "search"; path: string; pattern: string }
  | { op: "replace"; items: Record<string, { old: string; new: string }> }
  | { op: "move"; items: { src: string; dest: string }[] }
  | { op: "permissions"; items: Record<string, Permission> }
  | { op: "removeFiles"; paths: string[] }
  | { op: "makeFolders"; items: Record<string, Permission> }
  | { op: "removeFolders"; paths: string[] }
  | { op: "metrics" };

export type RunRequest = {
  t: "run";
  id: number;
  command: string;
  cwd: string;
  env: Record<string, string>;
  /** 0: none. */
  timeoutMs: number;
};

/** `start` and `end` count bytes, `end` included; null: to the last one. Negative `start`: from the end. */
export type ReadRequest = { t: "read"; id: number; path: string; start: number; end: number | null };

export type Request =
  | RunRequest
  | ReadRequest
  /** SIGTERM, then SIGKILL, to the command's process group. */
  | { t: "stop"; id: number }
  /** The server took this many bytes of a stream: more may be sent. */
  | { t: "ack"; id: number; bytes: number }
  /** Nobody listens any more: what else it prints is thrown away, the command goes on. */
  | { t: "detach"; id: number }
  | { t: "ask"; id: number; ask: FileAsk }
  | { t: "write"; id: number; path: string; mode: number | null }
  | { t: "chunk"; id: number }
  | { t: "commit"; id: number }
  | { t: "discard"; id: number }
  | { t: "ping"; id: number };

export type Reply =
  | { t: "hello" }
  | { t: "out"; id: number; stream: number }
  | { t: "exit"; id: number; code: number | null; signal: string | null; note: string | null }
  | { t: "answer"; id: number; value: unknown }
  | { t: "failed"; id: number; status: number; code: string; message: string }
  | { t: "data"; id: number }
  | { t: "done"; id: number };

/** Bytes of one stream that may be on their way at a time: a slow reader stops the writer. */
export const WINDOW_BYTES = 1024 * 1024;
/** Larger frames are a lie. */
export const MAX_FRAME_BYTES = 48 * 1024 * 1024;

const EMPTY = new Uint8Array();

export function encodeFrame(header: Request | Reply, bytes: Uint8Array = EMPTY): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const frame = Buffer.allocUnsafe(8 + text.length + bytes.length);
  frame.writeUInt32BE(4 + text.length + bytes.length, 0);
  frame.writeUInt32BE(text.length, 4);
  text.copy(frame, 8);
  frame.set(bytes, 8 + text.length);
  return frame;
}

export type RawFrame = { header: string; bytes: Buffer };

/** Cuts a byte stream into frames. `push` throws on an impossible length: the stream is of no more use. */
export function makeFrameReader(maxBytes: number): { push(chunk: Buffer): RawFrame[] } {
  let pieces: Buffer[] = [];
  let held = 0;
  let wanted = 4;
  return {
    push(chunk) {
      pieces.push(chunk);
      held += chunk.length;
      if (held < wanted) return [];
      let rest = pieces.length === 1 ? chunk : Buffer.concat(pieces);
      const frames: RawFrame[] = [];
      wanted = 4;
      while (rest.length >= 4) {
        const length = rest.readUInt32BE(0);
        if (length < 4 || length > maxBytes) throw new Error(`A frame of ${length} bytes is not possible.`);
        if (rest.length < 4 + length) {
          wanted = 4 + length;
          break;
        }
        frames.push(cutFrame(rest.subarray(4, 4 + length)));
        rest = rest.subarray(4 + length);
      }
      pieces = rest.length > 0 ? [rest] : [];
      held = rest.length;
      return frames;
    },
  };
}

function cutFrame(body: Buffer): RawFrame {
  const headerLength = body.readUInt32BE(0);
  if (headerLength > body.length - 4) throw new Error("A frame's header is longer than the frame.");
  return { header: body.toString("utf8", 4, 4 + headerLength), bytes: body.subarray(4 + headerLength) };
}
