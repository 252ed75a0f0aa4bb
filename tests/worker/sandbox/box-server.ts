import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { readSettings } from "../../../core/settings.ts";
import { hasEnded, processTree } from "../../../worker/sandbox/local-server/box/processes.ts";
import { openSandbox } from "../../../worker/sandbox/open-sandbox.ts";
import type { Sandbox } from "../../../worker/sandbox/sandbox.ts";
import { startLocalServer } from "../../../worker/sandbox/start-local-server.ts";
import { recordExchanges } from "./recorder.ts";

export type BoxServer = Awaited<ReturnType<typeof makeBoxServer>>;

/** Starts a real local server on a folder of its own. `close` fails when anything of it is left, or broke the API. */
export async function makeBoxServer(env: Record<string, string> = {}) {
  const dataFolder = await mkdtemp(join(tmpdir(), "pihordev-boxes-"));
  const settings = readSettings({ PIHORDEV_DATA: dataFolder, ...env });
  const server = await startLocalServer({ dataFolder, settings });
  const recorder = recordExchanges(server.url);
  const endpoint = { url: server.url, apiKey: server.apiKey, provider: "local" as const };
  const cgroups = cgroupsOf(dataFolder);
  return {
    dataFolder,
    settings,
    server,
    endpoint,
    recorder,
    cgroups,
    open: (): Promise<Sandbox> =>
      openSandbox({ orgId: randomUUID(), runId: randomUUID() }, { settings, endpoint }),
    ask: (path: string, init: RequestInit = {}): Promise<Response> =>
      fetch(`${server.url}${path}`, {
        ...init,
        headers: { "open-sandbox-api-key": server.apiKey, ...Object.fromEntries(new Headers(init.headers)) },
      }),
    async close(): Promise<void> {
      const processes = processTree(server.pid);
      await server.stop();
      recorder.stop();
      expect(await recorder.problems()).toEqual([]);
      expect(processes.filter((process) => !hasEnded(process))).toEqual([]);
      expect(leftovers({ dataFolder, cgroups })).toEqual([]);
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

/** Everything of boxes that can be seen on this machine: files, cgroups, mounts. */
export function leftovers(of: { dataFolder: string; cgroups: readonly string[] }): string[] {
  const mounts = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .filter((line) => line.includes(of.dataFolder));
  const cgroups = of.cgroups.filter((folder) => existsSync(folder));
  return [...mounts, ...cgroups, ...boxFolders(of.dataFolder)];
}

/** Folders of boxes, and of servers that have none. */
export function boxFolders(dataFolder: string): string[] {
  const parent = join(dataFolder, "sandbox");
  if (!existsSync(parent)) return [];
  return readdirSync(parent).map((name) => join(parent, name));
}

export function cgroupsOf(dataFolder: string): string[] {
  return boxFolders(dataFolder).flatMap((folder) => {
    const owner: { cgroups: string[] } = JSON.parse(readFileSync(join(folder, "owner.json"), "utf8"));
    return owner.cgroups;
  });
}

/** Runs a command and fails the test unless it ends with 0; its output without the last newline. */
export async function output(sandbox: Sandbox, command: string): Promise<string> {
  const result = await sandbox.run(command, { timeoutMs: 30_000 });
  expect({ command, exitCode: result.exitCode, output: result.output }).toMatchObject({ exitCode: 0 });
  return result.output.trimEnd();
}

export const isRoot = process.getuid?.() === 0;
