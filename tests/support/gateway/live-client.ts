import { WebSocket } from "ws";
import { type ServerFrame, serverFrameSchema } from "../../../core/protocol.ts";

type FrameOf<Type extends ServerFrame["type"]> = Extract<ServerFrame, { type: Type }>;

export type LiveClient = {
  socket: WebSocket;
  /** Every frame so far; each was checked against the protocol. */
  frames: ServerFrame[];
  of<Type extends ServerFrame["type"]>(type: Type): FrameOf<Type>[];
  say(frame: unknown): void;
  /** Resolves with the first frame, old or new, that fits. Rejects when the socket closes before. */
  until<Type extends ServerFrame["type"]>(
    type: Type,
    fits?: (frame: FrameOf<Type>) => boolean,
  ): Promise<FrameOf<Type>>;
  /** The close code. */
  closed: Promise<number>;
  close(): Promise<number>;
};

/** A page's side of the socket. Resolves when it is open; rejects with the status of a refused upgrade. */
export async function openLive(
  port: number,
  headers: Record<string, string> = {},
  query = "",
): Promise<LiveClient> {
  const socket = new WebSocket(`ws://localhost:${port}/ws${query}`, { headers });
  const frames: ServerFrame[] = [];
  const watchers = new Set<() => void>();
  const notify = () => {
    for (const watcher of [...watchers]) watcher();
  };
  socket.on("message", (data) => {
    frames.push(serverFrameSchema.parse(JSON.parse(String(data))));
    notify();
  });
  const closed = new Promise<number>((resolve) =>
    socket.once("close", (code) => {
      resolve(code);
      notify();
    }),
  );
  await opened(socket);
  const of = <Type extends ServerFrame["type"]>(type: Type) =>
    frames.filter((frame): frame is FrameOf<Type> => frame.type === type);
  return {
    ...{ socket, frames, of, closed },
    say: (frame) => socket.send(typeof frame === "string" ? frame : JSON.stringify(frame)),
    until: (type, fits = () => true) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = of(type).find(fits);
          if (!found && socket.readyState !== WebSocket.CLOSED) return;
          watchers.delete(look);
          if (found) resolve(found);
          else reject(new Error(`the socket closed before a fitting ${type} frame`));
        };
        watchers.add(look);
        look();
      }),
    close() {
      socket.close();
      return closed;
    },
  };
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("unexpected-response", (_request, response) => {
      reject(new Error(`refused with ${response.statusCode}`));
      socket.terminate();
    });
    socket.once("error", reject);
  });
}

/** Positions a client was told of one subscription, after checking that its ranges follow on each other. */
export function coveredPositions(
  client: LiveClient,
  subscription: string,
  after: number,
): { positions: number[]; to: number } {
  let to = after;
  const positions: number[] = [];
  for (const frame of client.of("agent_event").filter((event) => event.subscription === subscription)) {
    if (frame.from !== to + 1) throw new Error(`a gap: ${frame.from} after ${to}`);
    if (frame.to < frame.from) throw new Error(`an empty range: ${frame.from} to ${frame.to}`);
    to = frame.to;
    positions.push(...frame.events.map(({ position }) => position));
  }
  return { positions, to };
}
