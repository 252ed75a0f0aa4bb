import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { expect } from "vitest";
import { readSettings } from "../../../../core/settings.ts";
import { makeBase } from "../../../../worker/git/base.ts";
import { type BoxClone, prepareClone } from "../../../../worker/git/box-clone.ts";
import { openCache } from "../../../../worker/git/cache.ts";
import { bundleBranch, commitWork, type FinishedWork, takeBundle } from "../../../../worker/git/finish.ts";
import type { BareCache, Base, RemoteRepository } from "../../../../worker/git/repository.ts";
import { openSandbox } from "../../../../worker/sandbox/open-sandbox.ts";
import type { Sandbox } from "../../../../worker/sandbox/sandbox.ts";
import { startLocalServer } from "../../../../worker/sandbox/start-local-server.ts";
import type { GitPlace } from "./fixtures.ts";

export const BRANCH = "pihordev/say-hello-1a2b3c";

/** Real boxes of a local sandbox server that the test owns. */
export type Boxes = { open(): Promise<Sandbox>; close(): Promise<void> };

export async function startBoxes(place: GitPlace, env: Record<string, string> = {}): Promise<Boxes> {
  const dataFolder = `${place.folder}/boxes`;
  const settings = readSettings({ PIHORDEV_DATA: dataFolder, SANDBOX_NETWORK: "off", ...env });
  const server = await startLocalServer({ dataFolder, settings });
  const endpoint = { url: server.url, apiKey: server.apiKey, provider: "local" as const };
  const opened: Sandbox[] = [];
  return {
    async open() {
      const sandbox = await openSandbox({ orgId: place.orgId, runId: randomUUID() }, { settings, endpoint });
      opened.push(sandbox);
      return sandbox;
    },
    async close() {
      await Promise.all(opened.map((sandbox) => sandbox.close()));
      await server.stop();
    },
  };
}

export type Started = { sandbox: Sandbox; cache: BareCache; base: Base; clone: BoxClone };

/** From the remote to a clone in a box. */
export async function startRun(
  place: GitPlace,
  { boxes, remote, branch = null }: { boxes: Boxes; remote: RemoteRepository; branch?: string | null },
): Promise<Started> {
  const { orgId, options } = place;
  const cache = await openCache({ orgId, remote, options });
  const base = await makeBase(cache, { branch, options });
  const sandbox = await boxes.open();
  const clone = await prepareClone(sandbox, { base, branch: BRANCH });
  if (base.bundlePath) await rm(base.bundlePath);
  return { sandbox, cache, base, clone };
}

/** What an agent does: one command in the clone, which must succeed. Answers its output. */
export async function agentRuns(sandbox: Sandbox, command: string): Promise<string> {
  const result = await sandbox.run(command, { cwd: "/workspace/repo", timeoutMs: 60_000 });
  expect(result.exitCode, result.output).toBe(0);
  return result.output.trim();
}

/** From the box into the cache. Null: there was nothing to take. */
export async function finishRun(
  { options }: GitPlace,
  { sandbox, clone, cache, base }: Started,
): Promise<{ work: FinishedWork; commit: string | null }> {
  const work = await commitWork(sandbox, clone, { message: "Say hello" });
  const bundle = await bundleBranch(sandbox, clone);
  if (bundle === null) return { work, commit: null };
  await takeBundle(cache, { bundle: bundle.bytes, branch: BRANCH, commit: bundle.commit, base, options });
  return { work, commit: bundle.commit };
}
