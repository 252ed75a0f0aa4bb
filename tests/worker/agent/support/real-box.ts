import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings, type Settings } from "../../../../core/settings.ts";
import { openSandbox } from "../../../../worker/sandbox/open-sandbox.ts";
import { type Sandbox, WORKSPACE } from "../../../../worker/sandbox/sandbox.ts";
import { startLocalServer } from "../../../../worker/sandbox/start-local-server.ts";

export type Boxes = {
  settings: Settings;
  /** A new box with a git repository of these files, committed on the branch `work`. */
  open(files?: Readonly<Record<string, string | Uint8Array>>): Promise<Sandbox>;
  close(): Promise<void>;
};

/** A local sandbox server of its own, and boxes in it. Closing it closes all of them. */
export async function startBoxes(env: Record<string, string> = {}): Promise<Boxes> {
  const dataFolder = await mkdtemp(join(tmpdir(), "pihordev-agent-"));
  const settings = readSettings({ PIHORDEV_DATA: dataFolder, ...env });
  const server = await startLocalServer({ dataFolder, settings });
  const endpoint = { url: server.url, apiKey: server.apiKey, provider: "local" as const };
  return {
    settings,
    async open(files = {}) {
      const box = await openSandbox({ orgId: randomUUID(), runId: randomUUID() }, { settings, endpoint });
      for (const [path, content] of Object.entries(files))
        await box.writeFile(`${WORKSPACE}/${path}`, content);
      await inBox(
        box,
        `mkdir -p ${WORKSPACE} && cd ${WORKSPACE} && git init -q -b work && git config user.name Agent && git config user.email agent@example.com && git add -A && git commit -q --allow-empty -m first`,
      );
      return box;
    },
    async close() {
      await server.stop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

/** Output of a command that must succeed. */
export async function inBox(box: Sandbox, command: string): Promise<string> {
  const result = await box.run(command, { timeoutMs: 30_000 });
  if (result.exitCode !== 0)
    throw new Error(`${command}: ${result.exitCode} ${result.reason} ${result.output}`);
  return result.output;
}
