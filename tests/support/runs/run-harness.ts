import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { handleCommand } from "../../../commands/handle-command.ts";
import type { KnownEvent } from "../../../core/event-catalog.ts";
import type { RunCommand } from "../../../core/run/commands.ts";
import { readSettings, type Settings } from "../../../core/settings.ts";
import { type Requested, requestRun } from "../../../worker/cli/run/request-run.ts";
import { type RunEnd, watchRun } from "../../../worker/cli/run/watch-run.ts";
import { makeParts, type OpenedParts } from "../../../worker/make-parts.ts";
import { driveRun } from "../../../worker/runs/drive-run.ts";
import { startLocalServer } from "../../../worker/sandbox/start-local-server.ts";
import { type ModelScript, makeModelServer } from "../model-server.ts";
import { makeTestDatabase } from "../postgres.ts";

export type RanTask = { end: RunEnd; events: KnownEvent[]; runId: string; taskId: string };
/** A command that the owner gives once an event has been recorded. */
type Act = { when: KnownEvent["type"]; command: (runId: string) => RunCommand };
type HarnessOptions = {
  script?: ModelScript;
  env?: Record<string, string>;
  /** Called with the data folder before anything uses it. */
  prepare?(dataFolder: string): void;
};
type Asked = { repo: string; text: string; branch?: string; model?: string };

/**
 * A whole worker in the test's process: real Postgres, real boxes, real git, and a model server on loopback that
 * plays the script. `runTask` takes a task from the command to the end of its run.
 */
export async function makeRunHarness(options: HarnessOptions = {}) {
  const dataFolder = await mkdtemp(join(tmpdir(), "pihordev-harness-"));
  options.prepare?.(dataFolder);
  const database = await makeTestDatabase();
  let script: ModelScript = options.script ?? (() => ({ text: "Done." }));
  const modelServer = await makeModelServer({ script: (request, index) => script(request, index) });
  const settings = readSettings({
    PIHORDEV_DATA: dataFolder,
    LLM_BASE_URL: `${modelServer.url}/v1`,
    LLM_MODEL: "scripted",
    LLM_API_KEY: "canary-key-5e1f",
    LLM_MAX_RETRIES: "1",
    LLM_RETRY_BASE_MS: "10",
    LOG_POLL_MS: "100",
    ...options.env,
  });
  const server = await startLocalServer({ dataFolder, settings });
  const parts = await openParts(settings, { databaseUrl: database.workerUrl, server });
  return {
    dataFolder,
    database,
    modelServer,
    settings,
    parts,
    server,
    /** What the model does from now on. */
    play(next: ModelScript) {
      script = next;
    },
    runTask: (asked: Asked) => runTask(parts, asked),
    /** Starts a task and gives AbortRun as its owner once `when` has been recorded. */
    stopTask: (asked: Asked, when: KnownEvent["type"]) =>
      runTask(parts, asked, {
        when,
        command: (runId) => ({ type: "AbortRun", data: { runId, reason: "test" } }),
      }),
    /** The same with a message to the agent. */
    steerTask: (asked: Asked, when: KnownEvent["type"], text: string) =>
      runTask(parts, asked, {
        when,
        command: (runId) => ({ type: "SteerRun", data: { runId, messageId: randomUUID(), text } }),
      }),
    async leftovers() {
      const { sandboxes } = await listBoxes(server);
      return { sandboxes, files: await temporaryFiles(dataFolder) };
    },
    async close() {
      await parts.close();
      await server.stop();
      await modelServer.close();
      await database.drop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

export type RunHarness = Awaited<ReturnType<typeof makeRunHarness>>;

type Server = Awaited<ReturnType<typeof startLocalServer>>;

function openParts(settings: Settings, { databaseUrl, server }: { databaseUrl: string; server: Server }) {
  const sandbox = { url: server.url, apiKey: server.apiKey, provider: "local" as const };
  const encryptionKey = Buffer.alloc(32, 7).toString("base64");
  return makeParts({ settings, databaseUrl, encryptionKey, sandbox });
}

async function runTask(parts: OpenedParts, asked: Asked, act?: Act): Promise<RanTask> {
  const { repo, text: task, branch = null, model = "custom/scripted" } = asked;
  const requested = await requestRun(parts, { repo, branch, model, json: true, task });
  const events: KnownEvent[] = [];
  const working = driveRun(parts, requested, new AbortController().signal);
  const end = await watchRun(parts, { ...requested, pollMs: 100 }, (event) => {
    events.push(event);
    if (act && event.type === act.when) void give(parts, requested, act.command(requested.runId));
  });
  await working;
  return { end, events, runId: requested.runId, taskId: requested.taskId };
}

async function give({ store }: OpenedParts, requested: Requested, command: RunCommand): Promise<void> {
  const { orgId, personId } = requested;
  const actor = { kind: "person", id: personId } as const;
  await handleCommand(store, { orgId, command, actor, commandId: randomUUID() });
}

async function listBoxes(server: Server): Promise<{ sandboxes: number }> {
  const answer = await fetch(`${server.url}/v1/sandboxes`, {
    headers: { "OPEN-SANDBOX-API-KEY": server.apiKey },
  });
  const body = (await answer.json()) as { items: unknown[] };
  return { sandboxes: body.items.length };
}

/** Files of runs that should be gone: bundles, askpass scripts, clones. */
async function temporaryFiles(dataFolder: string): Promise<string[]> {
  const names = await readdir(dataFolder, { recursive: true });
  return names.filter((name) => /(^|\/)(tmp|temporary)\/.+/.test(name));
}
