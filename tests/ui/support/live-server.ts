import type { AddressInfo } from "node:net";
import { WebSocket as Socket, WebSocketServer } from "ws";

export type LiveServer = {
  url: string;
  /** Frames that clients have sent, all sockets together, in order. */
  received: Record<string, unknown>[];
  sockets(): Socket[];
  /** To every open socket. */
  send(frame: object): void;
  /** Resolves as soon as `found` says so; looks again whenever a frame or a socket comes. */
  until<Found>(found: () => Found | undefined): Promise<Found>;
  close(): Promise<void>;
};

type Options = { hello?: object | null; onFrame?: (frame: Record<string, unknown>, socket: Socket) => void };

/** A real WebSocket server on loopback that says hello and keeps what it hears. */
export async function startLiveServer(options: Options = {}): Promise<LiveServer> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await new Promise((resolve) => server.once("listening", resolve));
  const received: Record<string, unknown>[] = [];
  const watchers = new Set<() => void>();
  const look = () => {
    for (const watcher of watchers) watcher();
  };
  const hello =
    options.hello === undefined
      ? { type: "hello", protocolVersion: 1, orgId: "o", position: 0 }
      : options.hello;
  server.on("connection", (socket) => {
    if (hello) socket.send(JSON.stringify(hello));
    socket.on("message", (data) => {
      const frame: Record<string, unknown> = JSON.parse(String(data));
      received.push(frame);
      options.onFrame?.(frame, socket);
      look();
    });
    socket.on("close", look);
    look();
  });
  const sockets = () => [...server.clients].filter((client) => client.readyState === Socket.OPEN);
  return {
    url: `ws://127.0.0.1:${portOf(server.address())}/ws`,
    received,
    sockets,
    send: (frame) => {
      for (const socket of sockets()) socket.send(JSON.stringify(frame));
    },
    until: (found) =>
      new Promise((resolve) => {
        const watcher = () => {
          const value = found();
          if (value === undefined) return;
          watchers.delete(watcher);
          resolve(value);
        };
        watchers.add(watcher);
        watcher();
      }),
    close: () => {
      for (const client of server.clients) client.terminate();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return address.port;
}
