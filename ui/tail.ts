import type { DeltaFrame, ServerFrame } from "../core/protocol.ts";
import { type CommandsInFlight, makeCommandsInFlight, type TailCommand } from "./live/commands-in-flight.ts";
import { type Listeners, makeListeners } from "./live/listeners.ts";
import { makeReaders, type Readers, type Subscription } from "./live/readers.ts";
import { makeReconnectingSocket, type SocketStatus } from "./live/reconnecting-socket.ts";

/** A test ties it to core's PROTOCOL_VERSION: the page takes only types from there, to stay small. */
export const TAIL_PROTOCOL_VERSION = 1;

/** `since`: when the status began, in ms. `lastEventAt`: when the last events came. */
export type TailState = {
  status: SocketStatus | "outdated";
  since: number;
  lastPosition: number;
  lastEventAt: number | null;
};

export type TailOptions = {
  url: string;
  openSocket?: (url: string) => WebSocket;
  firstRetryMs?: number;
  lastRetryMs?: number;
  connectTimeoutMs?: number;
  random?: () => number;
};

export type Advance = { name: string; position: number };

export type Tail = {
  /** Catch-up and live are the same. Returns the function that ends it. */
  subscribe(subscription: Subscription): () => void;
  onDelta(listener: (frame: DeltaFrame) => void): () => void;
  onAdvanced(listener: (advance: Advance) => void): () => void;
  /** Waits for a connection, survives the loss of one, and settles with the answer; throws Rejected. */
  send(command: TailCommand): Promise<{ position: number }>;
  state(): TailState;
  onState(listener: (state: TailState) => void): () => void;
  /** Tries at once instead of waiting for the next attempt. */
  wake(): void;
  /** Takes the connection for lost at once: the browser has no network. */
  lose(): void;
  close(): void;
};

/** Reads the organization's log after a position, for ever, and carries the commands of the run page. */
export function makeTail(options: TailOptions): Tail {
  const deltas = makeListeners<DeltaFrame>();
  const advances = makeListeners<Advance>();
  const states = makeListeners<TailState>();
  const commands = makeCommandsInFlight();
  const readers = makeReaders((frame) => socket.send(frame));
  let state: TailState = { status: "connecting", since: Date.now(), lastPosition: 0, lastEventAt: null };

  function change(part: Partial<TailState>) {
    state = { ...state, ...part };
    states.tell(state);
  }

  function onStatus(status: SocketStatus) {
    if (status !== state.status) change({ status, since: Date.now() });
    if (status !== "online") return;
    readers.readAll();
    for (const command of commands.pending()) socket.send(command);
  }

  function onFrame(frame: ServerFrame) {
    if (frame.type === "hello" && frame.protocolVersion !== TAIL_PROTOCOL_VERSION) {
      change({ status: "outdated", since: Date.now() });
      socket.close();
    }
    const covered = dispatch(frame, { readers, commands, deltas, advances });
    if (covered !== null) change({ lastPosition: covered, lastEventAt: Date.now() });
  }

  const socket = makeReconnectingSocket({ ...DEFAULTS, ...options, onStatus, onFrame });
  return {
    subscribe: (subscription) => readers.add(subscription, state.status === "online"),
    send(command) {
      const answer = commands.add(command);
      if (state.status === "online") socket.send(command);
      return answer;
    },
    onDelta: deltas.add,
    onAdvanced: advances.add,
    state: () => state,
    onState: states.add,
    wake: socket.wake,
    lose: socket.lose,
    close: socket.close,
  };
}

const DEFAULTS = {
  firstRetryMs: 250,
  lastRetryMs: 10_000,
  connectTimeoutMs: 10_000,
  random: Math.random,
  openSocket: (url: string) => new WebSocket(url),
};

type Receivers = {
  readers: Readers;
  commands: CommandsInFlight;
  deltas: Listeners<DeltaFrame>;
  advances: Listeners<Advance>;
};

/** Gives a frame to whom it is for; the position it covers when it brought events, else null. */
function dispatch(frame: ServerFrame, { readers, commands, deltas, advances }: Receivers): number | null {
  switch (frame.type) {
    case "agent_event":
      return readers.onEvents(frame);
    case "caught_up":
      readers.onCaughtUp(frame.subscription, frame.position);
      return null;
    case "delta":
      deltas.tell(frame);
      return null;
    case "projection_advanced":
      advances.tell(frame);
      return null;
    case "accepted":
      commands.accept(frame.commandId, frame.position);
      return null;
    case "rejected":
      commands.reject(frame.commandId, frame.code, frame.message);
      return null;
    default:
      return null;
  }
}
