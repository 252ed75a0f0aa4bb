import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

export type SilentSocket = {
  socket: Socket;
  /** Reads again: every text frame from the first one on, as it arrives. */
  readAgain(fn: (text: string) => void): void;
};

/** A WebSocket that says something once and then reads nothing more: a page that hangs. */
export function openSilent(port: number, frame: unknown): Promise<SilentSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      const key = randomBytes(16).toString("base64");
      socket.write(
        `GET /ws HTTP/1.1\r\nHost: localhost:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
      );
    });
    socket.once("error", reject);
    socket.once("data", (first) => {
      socket.pause();
      socket.write(maskedText(JSON.stringify(frame)));
      const rest = Buffer.from(first).subarray(Buffer.from(first).indexOf("\r\n\r\n") + 4);
      resolve({ socket, readAgain: (fn) => readFrames(socket, rest, fn) });
    });
  });
}

function readFrames(socket: Socket, rest: Buffer, fn: (text: string) => void): void {
  let waiting = rest;
  socket.on("data", (data) => {
    waiting = Buffer.concat([waiting, Buffer.from(data)]);
    for (let frame = firstFrame(waiting); frame; frame = firstFrame(waiting)) {
      waiting = waiting.subarray(frame.end);
      if (frame.isText) fn(frame.payload.toString("utf8"));
    }
  });
  socket.resume();
}

/** A server's frame (RFC 6455 5.2, not masked); null until it is there whole. */
function firstFrame(bytes: Buffer): { isText: boolean; payload: Buffer; end: number } | null {
  if (bytes.length < 2) return null;
  const short = bytes.readUInt8(1) & 127;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < start) return null;
  const length =
    short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  const end = start + length;
  if (bytes.length < end) return null;
  return { isText: (bytes.readUInt8(0) & 15) === 1, payload: bytes.subarray(start, end), end };
}

/** One text frame as a client sends it; shorter than 64 KiB. */
function maskedText(text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  const length =
    payload.length < 126
      ? Buffer.of(0x80 | payload.length)
      : Buffer.of(0x80 | 126, payload.length >> 8, payload.length & 255);
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.of(0x81), length, mask, masked]);
}
