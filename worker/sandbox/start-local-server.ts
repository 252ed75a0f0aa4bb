import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { messageOf, SandboxError } from "../../core/errors.ts";
import type { Settings } from "../../core/settings.ts";
import { type Config, type ReadyLine, readyLineSchema } from "./local-server/config.ts";

export type LocalServer = {
  url: string;
  apiKey: string;
  pid: number;
  network: ReadyLine["network"];
  /** Why boxes have no network; empty when they have. */
  networkReason: string;
  /** Who bounds a box's memory. */
  memoryLimit: ReadyLine["memoryLimit"];
  /** Resolves when the server has ended, by `stop` or not. */
  exited: Promise<void>;
  /** Ends the server and every box of it. Safe to call twice. */
  stop(): Promise<void>;
};
type Child = ChildProcessByStdio<Writable, Readable, Readable>;

const ENTRY = fileURLToPath(new URL("./local-server/main.ts", import.meta.url));
const STOP_TIMEOUT_MS = 20_000;

/**
 * Starts the local sandbox server as a child with a new random key. The key and the rest go through its stdin:
 * arguments and environments can be read by others. Throws SandboxError when it is not ready in time.
 */
export async function startLocalServer(options: {
  dataFolder: string;
  settings: Settings;
}): Promise<LocalServer> {
  const apiKey = randomBytes(32).toString("base64url");
  const child: Child = spawn(process.execPath, ["--no-env-file", ENTRY], {
    cwd: "/",
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(`${JSON.stringify(configOf(options, apiKey))}\n`);
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const { settings } = options;
  const ready = await readyLine(child, settings.SANDBOX_READY_TIMEOUT_MS).catch(async (thrown: unknown) => {
    child.kill("SIGKILL");
    await exited;
    throw new SandboxError(
      `The local sandbox server did not start: ${messageOf(thrown)} Run doctor to see why.`,
    );
  });
  const { ready: _ready, ...shown } = ready;
  return { ...shown, apiKey, pid: child.pid ?? -1, exited, stop: () => stop(child, exited) };
}

function configOf(
  { dataFolder, settings }: { dataFolder: string; settings: Settings },
  apiKey: string,
): Config {
  return {
    apiKey,
    dataFolder: resolve(dataFolder),
    memoryBytes: settings.SANDBOX_MEMORY_BYTES,
    workspaceBytes: settings.SANDBOX_WORKSPACE_BYTES,
    processes: settings.SANDBOX_PROCESSES,
    openFiles: settings.SANDBOX_OPEN_FILES,
    network: settings.SANDBOX_NETWORK,
    readyTimeoutMs: settings.SANDBOX_READY_TIMEOUT_MS,
    maxBoxes: Math.max(64, settings.WORKER_CONCURRENCY * 2),
  };
}

function readyLine(child: Child, timeoutMs: number): Promise<ReadyLine> {
  let out = "";
  let err = "";
  const line = new Promise<ReadyLine>((resolve, reject) => {
    child.stdout.on("data", (bytes: Buffer) => {
      out = `${out}${bytes}`.slice(0, 10_000);
      const end = out.indexOf("\n");
      if (end >= 0) resolve(readyLineSchema.parse(JSON.parse(out.slice(0, end))));
    });
    child.stderr.on("data", (bytes: Buffer) => {
      err = `${err}${bytes}`.slice(-2_000);
    });
    child.once("error", reject);
    child.once("exit", (code) =>
      reject(new Error(`it ended with exit code ${code}. ${err.trim().slice(-500)}`)),
    );
  });
  const late = wait(timeoutMs, undefined, { ref: false }).then(() => {
    throw new Error(`it was not ready after ${timeoutMs} ms.`);
  });
  return Promise.race([line, late]);
}

async function stop(child: Child, exited: Promise<void>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}
