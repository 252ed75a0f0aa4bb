import { Unavailable } from "../core/errors.ts";
import type { Settings } from "../core/settings.ts";
import type { App } from "./deps.ts";

const FIRST_PORT = 3_000;
const TRIES = 100;

/** Listens on PORT, or on 3000 or the next free port where none was set. Throws Unavailable when none is free. */
export async function listen(app: App, settings: Pick<Settings, "HOST" | "PORT">): Promise<number> {
  const { HOST: host, PORT: wanted } = settings;
  const last = wanted ?? FIRST_PORT + TRIES - 1;
  for (let port = wanted ?? FIRST_PORT; port <= last; port += 1) {
    try {
      return Number(new URL(await app.listen({ host, port })).port);
    } catch (error) {
      if (!isInUse(error)) throw error;
    }
  }
  if (wanted === undefined) {
    throw new Unavailable(`Ports ${FIRST_PORT} to ${last} are all in use: set PORT to a free one.`);
  }
  throw new Unavailable(`Port ${wanted} is in use: stop what uses it, or set PORT to another.`);
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
