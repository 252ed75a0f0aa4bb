import { createInterface } from "node:readline";
import * as z from "zod";
import { BadInput, messageOf } from "../core/errors.ts";
import { readSettings, type Settings } from "../core/settings.ts";
import { buildApp } from "./app.ts";
import { checkExposure } from "./exposure.ts";
import { listen } from "./listen.ts";
import { openDeps } from "./open-deps.ts";

/** What the supervisor writes as the first line of standard input: secrets travel through a pipe, not by variable. */
const greetingSchema = z.object({ encryptionKey: z.string().min(1) });

const PARENT_POLL_MS = 250;
const GREETING_TIMEOUT_MS = 15_000;

async function main(): Promise<void> {
  // Before anything else: a signal that comes while it starts ends it as well, in order.
  const ending = endOfService();
  const settings = readSettings(process.env);
  // Whatever still hangs after that is not worth a process that does not end.
  void ending.then(() => setTimeout(() => process.exit(1), settings.SHUTDOWN_TIMEOUT_MS).unref());
  checkExposure(settings);
  const encryptionKey = settings.ENCRYPTION_KEY ?? keyFrom(await firstLine());
  const deps = await openDeps({ settings, encryptionKey });
  const { app } = await buildApp(deps, { level: "warn", stream: process.stderr });
  const port = await listen(app, settings);
  process.stdout.write(`${JSON.stringify({ ready: true, url: pageUrl(settings, port), port })}\n`);
  await ending;
  await app.close();
  await deps.close();
}

/** `localhost`, not an address: passkeys refuse an IP. */
function pageUrl(settings: Settings, port: number): string {
  return settings.PUBLIC_URL ?? `http://localhost:${port}`;
}

function keyFrom(line: string): string {
  const parsed = greetingSchema.safeParse(jsonOf(line));
  if (parsed.success) return parsed.data.encryptionKey;
  throw new BadInput(
    "The gateway was greeted without an encryption key: start it with `bun pihordev.ts gateway`.",
  );
}

/** Null for what is no JSON; its text may be a secret and is repeated nowhere. */
function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function firstLine(): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: process.stdin });
    lines.once("line", (line) => {
      resolve(line);
      lines.close();
    });
    setTimeout(() => lines.close(), GREETING_TIMEOUT_MS).unref();
    lines.once("close", () =>
      reject(new BadInput("The gateway got no encryption key: start it with `bun pihordev.ts gateway`.")),
    );
  });
}

/** Resolves on SIGTERM or SIGINT, and when the parent is gone: a gateway never outlives its supervisor. */
function endOfService(): Promise<void> {
  const parent = process.ppid;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (process.ppid !== parent) end();
    }, PARENT_POLL_MS);
    function end() {
      clearInterval(timer);
      resolve();
    }
    process.once("SIGTERM", end);
    process.once("SIGINT", end);
  });
}

try {
  await main();
  process.exit(0);
} catch (error) {
  process.stderr.write(`gateway: ${messageOf(error)}\n`);
  process.exit(1);
}
