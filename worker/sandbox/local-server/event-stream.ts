import type { ServerResponse } from "node:http";

/** Lines in one piece of output from which on they are sent joined: a flood would drown in its envelopes. */
const FLOOD_LINES = 64;
/** An unfinished line that is longer is sent as it is. */
const MAX_LINE_CHARS = 8 * 1024 * 1024;

/** Cuts bytes into the lines of an output event: without their newline; an empty line is "\n". */
export function makeLines(emit: (text: string) => void): { push(bytes: Uint8Array): void; end(): void } {
  const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
  let unfinished: string[] = [];
  let unfinishedChars = 0;

  function take(text: string): void {
    const last = text.lastIndexOf("\n");
    if (last < 0) {
      keep(text);
      if (unfinishedChars > MAX_LINE_CHARS) emit(flushed());
      return;
    }
    const complete = unfinished.length > 0 ? flushed() + text.slice(0, last) : text.slice(0, last);
    if (last + 1 < text.length) keep(text.slice(last + 1));
    emitLines(complete, emit);
  }
  function keep(text: string): void {
    unfinished.push(text);
    unfinishedChars += text.length;
  }
  function flushed(): string {
    const text = unfinished.join("");
    unfinished = [];
    unfinishedChars = 0;
    return text;
  }

  return {
    push: (bytes) => take(decoder.decode(bytes, { stream: true })),
    end() {
      const rest = flushed() + decoder.decode();
      if (rest) emit(rest);
    },
  };
}

function emitLines(complete: string, emit: (text: string) => void): void {
  let lines = 1;
  for (let at = complete.indexOf("\n"); at >= 0 && lines < FLOOD_LINES; at = complete.indexOf("\n", at + 1))
    lines++;
  const pieces = lines >= FLOOD_LINES ? [complete] : complete.split("\n");
  for (const piece of pieces) emit(piece === "" ? "\n" : piece);
}

export type StreamEvent =
  | { type: "init" | "stdout" | "stderr"; text: string }
  | { type: "ping" }
  | { type: "execution_complete"; execution_time: number }
  | { type: "error"; error: { ename: string; evalue: string; traceback: string[] } };

/** Writes events as the execd does: one JSON object and an empty line each. */
export function makeEventStream(response: ServerResponse) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.flushHeaders();
  return {
    /** Resolves when the client has room for more, or is gone. */
    async send(event: StreamEvent): Promise<void> {
      if (response.destroyed || response.write(`${JSON.stringify({ ...event, timestamp: Date.now() })}\n\n`))
        return;
      await new Promise<void>((resolve) => {
        response.once("drain", resolve);
        response.once("close", resolve);
      });
    },
    end: (): void => void response.end(),
  };
}
export type EventStream = ReturnType<typeof makeEventStream>;
