import type { ServerFrame } from "../../core/protocol.ts";

const SIGNED_OUT = 4401;
const TOO_MANY = 4429;
/** No code of a socket: the browser said so. */
const NO_NETWORK = -1;

/** connecting → online ⇄ offline; `signed_out` is an end: only a new sign-in helps. */
export type SocketStatus = "connecting" | "online" | "offline" | "signed_out";

export type SocketOptions = {
  url: string;
  openSocket: (url: string) => WebSocket;
  firstRetryMs: number;
  lastRetryMs: number;
  /** An attempt that takes longer is given up. */
  connectTimeoutMs: number;
  random: () => number;
  onStatus(status: SocketStatus): void;
  onFrame(frame: ServerFrame): void;
};

export type ReconnectingSocket = {
  /** False when there is no connection: nothing was sent. */
  send(frame: object): boolean;
  /** Tries at once instead of waiting for the next attempt. */
  wake(): void;
  /** The network is gone: an open socket would not notice for long. Tries again now and then, or when woken. */
  lose(): void;
  close(): void;
};

/**
 * One WebSocket that opens itself again: pauses double up to a limit, with jitter, so that a restart of the
 * server is not met by every page at once.
 */
export function makeReconnectingSocket(options: SocketOptions): ReconnectingSocket {
  const connection = new Connection(options);
  connection.connect();
  return {
    send: (frame) => connection.send(frame),
    wake: () => connection.wake(),
    lose: () => connection.lose(),
    close: () => connection.end(),
  };
}

class Connection {
  #socket: WebSocket | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #giveUp: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;
  #ended = false;

  constructor(readonly options: SocketOptions) {}

  connect() {
    clearTimeout(this.#retry);
    const opening = this.options.openSocket(this.options.url);
    this.#socket = opening;
    // Until the server says hello: an open socket with nobody behind it is no connection.
    this.#giveUp = setTimeout(() => this.#lose(opening, 0), this.options.connectTimeoutMs);
    opening.onmessage = ({ data }) => {
      if (this.#socket === opening) this.#receive(data);
    };
    opening.onclose = ({ code }) => this.#lose(opening, code);
  }

  send(frame: object): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  wake() {
    if (!this.#ended && this.#socket === null) this.connect();
  }

  lose() {
    if (this.#socket !== null) this.#lose(this.#socket, NO_NETWORK);
  }

  end() {
    this.#ended = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#giveUp);
    this.#socket?.close();
  }

  #receive(data: unknown) {
    const frame = parseFrame(data);
    if (frame === null) return;
    if (frame.type === "hello") {
      clearTimeout(this.#giveUp);
      this.#tries = 0;
      this.options.onStatus("online");
    }
    this.options.onFrame(frame);
  }

  #lose(lost: WebSocket, code: number) {
    if (this.#socket !== lost) return;
    clearTimeout(this.#giveUp);
    this.#socket = null;
    lost.close();
    if (this.#ended) return;
    if (code === SIGNED_OUT) {
      this.#ended = true;
      this.options.onStatus("signed_out");
      return;
    }
    this.options.onStatus("offline");
    const { firstRetryMs, lastRetryMs, random } = this.options;
    const doubled = Math.min(lastRetryMs, firstRetryMs * 2 ** this.#tries);
    const pause = code === TOO_MANY || code === NO_NETWORK ? lastRetryMs : doubled;
    this.#tries += 1;
    this.#retry = setTimeout(() => this.connect(), pause * (0.5 + random() / 2));
  }
}

/** The one place where a frame is taken for its type: the server made it from the same schemas. */
function parseFrame(data: unknown): ServerFrame | null {
  if (typeof data !== "string") return null;
  try {
    const frame: unknown = JSON.parse(data);
    const typed = typeof frame === "object" && frame !== null && "type" in frame;
    return typed ? (frame as ServerFrame) : null;
  } catch {
    return null;
  }
}
