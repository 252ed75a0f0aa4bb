import { createServer } from "node:net";
import { Unavailable } from "../../core/errors.ts";

const FIRST_PORT = 3_000;
const TRIES = 100;

/**
 * The page's port: the one that was set (Unavailable when it is taken), else 3000 or the next free one.
 * 0 means any free port.
 */
export async function choosePort(host: string, wanted: number | undefined): Promise<number> {
  if (wanted !== undefined) {
    const port = await tryPort(host, wanted);
    if (port !== null) return port;
    throw new Unavailable(
      `Port ${wanted} is in use: stop what uses it, or set PORT to another (or unset it).`,
    );
  }
  for (let port = FIRST_PORT; port < FIRST_PORT + TRIES; port++) {
    if ((await tryPort(host, port)) !== null) return port;
  }
  throw new Unavailable(
    `Ports ${FIRST_PORT} to ${FIRST_PORT + TRIES - 1} are all in use: set PORT to a free one.`,
  );
}

/** Free only when nobody answers to `localhost` there, over IPv6 neither: the browser may ask that one first. */
async function tryPort(host: string, port: number): Promise<number | null> {
  const bound = await bind(host, port);
  if (typeof bound === "string") {
    if (bound === "EADDRINUSE") return null;
    throw new Unavailable(
      `The page cannot be served on ${host} port ${port} (${bound}): set HOST and PORT to what this user may use.`,
    );
  }
  return (await bind("::1", bound)) === "EADDRINUSE" ? null : bound;
}

/** The port, or the error's code. */
function bind(host: string, port: number): Promise<number | string> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error) => resolve("code" in error ? String(error.code) : error.message));
    probe.listen({ host, port, exclusive: true }, () => {
      const address = probe.address();
      const bound = typeof address === "object" && address !== null ? address.port : port;
      probe.close(() => resolve(bound));
    });
  });
}
