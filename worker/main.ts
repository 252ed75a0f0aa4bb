import { createInterface } from "node:readline";
import * as z from "zod";
import { BadInput, messageOf } from "../core/errors.ts";
import { readSettings } from "../core/settings.ts";
import { answerAsks } from "../sql/asks.ts";
import { answerers } from "./answers/answers.ts";
import { startRunners } from "./jobs/runners.ts";
import { sweepOrphans } from "./jobs/sweep-orphans.ts";
import { startUpkeep } from "./jobs/upkeep.ts";
import { makeParts, type OpenedParts } from "./make-parts.ts";
import { takeProviderKeys } from "./models/provider-keys.ts";

/** What the supervisor writes as the first line of standard input: secrets travel through a pipe, not by variable. */
const greetingSchema = z.object({
  sandbox: z.object({ url: z.string(), apiKey: z.string(), provider: z.enum(["local", "opensandbox"]) }),
  encryptionKey: z.string(),
});

const PARENT_POLL_MS = 250;

async function main(): Promise<void> {
  // Before anything else: a signal while it starts must end it in order too.
  const ended = endOfService();
  const greeting = greetingSchema.parse(JSON.parse(await firstLine()));
  const settings = readSettings(process.env);
  takeProviderKeys(process.env);
  const databaseUrl = settings.WORKER_DATABASE_URL;
  if (!databaseUrl)
    throw new BadInput("The worker needs WORKER_DATABASE_URL. Start it with `bun pihordev.ts worker`.");
  const parts = await makeParts({ settings, databaseUrl, ...greeting });
  await sweepOrphans(parts).catch((error) => parts.log(`sweeping sandboxes: ${messageOf(error)}`));
  const stop = await startWork(parts);
  process.stdout.write(`${JSON.stringify({ ready: true, holder: parts.holder })}\n`);
  await ended;
  await stop();
  await parts.close();
}

async function startWork(parts: OpenedParts): Promise<() => Promise<void>> {
  const shutdown = new AbortController();
  const loops = new Set<string>();
  const runners = await startRunners(parts, { loops, shutdown: shutdown.signal });
  const stopUpkeep = startUpkeep(parts, runners, loops);
  const asks = answerAsks({ ...parts, pollMs: parts.settings.LOG_POLL_MS }, answerers(parts));
  return async () => {
    shutdown.abort();
    await stopUpkeep();
    await asks.stop();
    await runners.stop();
  };
}

function firstLine(): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: process.stdin });
    lines.once("line", (line) => {
      resolve(line);
      lines.close();
    });
    lines.once("close", () =>
      reject(new BadInput("The worker got no greeting. Start it with `bun pihordev.ts worker`.")),
    );
  });
}

/** Resolves on SIGTERM or SIGINT, and when the parent is gone: a worker never outlives its supervisor. */
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
  process.stderr.write(`worker: ${messageOf(error)}\n`);
  process.exit(1);
}
