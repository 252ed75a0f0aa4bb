import { connect, createServer, type Server, type Socket } from "node:net";

export type Cable = {
  /** Where the page is reached through it. */
  url: string;
  /** Where the installation has to listen. */
  port: number;
  /** Ends every connection and refuses new ones. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
};

/** A wire between browser and installation that can be pulled out: the network's loss as TCP sees it. */
export async function makeCable(): Promise<Cable> {
  const port = await freePort();
  const sockets = new Set<Socket>();
  let server = makeServer(port, sockets);
  const outer = await listen(server, 0);
  const cut = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    url: `http://localhost:${outer}`,
    port,
    cut,
    mend: async () => {
      server = makeServer(port, sockets);
      await listen(server, outer);
    },
    close: async () => {
      if (server.listening) await cut();
    },
  };
}

function makeServer(port: number, sockets: Set<Socket>): Server {
  return createServer((near) => {
    const far = connect({ host: "127.0.0.1", port });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await listen(probe, 0);
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return port;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(address !== null && typeof address === "object" ? address.port : 0);
    });
  });
}
