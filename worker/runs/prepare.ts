import { rm } from "node:fs/promises";
import { makeBase } from "../git/base.ts";
import { type BoxClone, prepareClone } from "../git/box-clone.ts";
import { openCache } from "../git/cache.ts";
import type { BareCache, Base, RemoteRepository } from "../git/repository.ts";
import type { WorkerParts } from "../parts.ts";
import { openSandbox } from "../sandbox/open-sandbox.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Journal } from "./journal.ts";
import type { RunIdentity } from "./lease.ts";
import { type RunRequest, readProject } from "./read-run.ts";
import { gitOptions, remoteOf } from "./remote.ts";
import { type Skill, writeSkills } from "./skills.ts";

/** A run's place of work: a box with a clone on the run's branch, and the host's cache it came from. */
export type Workplace = {
  sandbox: Sandbox;
  remote: RemoteRepository;
  cache: BareCache;
  base: Base;
  clone: BoxClone;
  skills: Skill[];
  /** Values of the repository's credentials: taken out of tool output. */
  secrets: string[];
};

type Preparation = {
  parts: WorkerParts;
  run: RunIdentity;
  request: RunRequest;
  journal: Journal;
  signal: AbortSignal;
};

/** Repository first, so that a wrong branch costs no box; then the box, the clone and the platform's skills. */
export async function prepareWorkplace(preparation: Preparation): Promise<Workplace> {
  const { parts, run, request, signal } = preparation;
  const project = await readProject(parts.store, run.orgId, request.projectId);
  const remote = await remoteOf(parts, run.orgId, project.repository);
  const options = gitOptions(parts, signal);
  const cache = await openCache({ orgId: run.orgId, remote, options });
  const base = await makeBase(cache, { branch: request.baseBranch ?? project.defaultBranch, options });
  try {
    const sandbox = await openBox(preparation);
    try {
      return {
        remote,
        cache,
        base,
        ...(await fillBox(preparation, { sandbox, base })),
        secrets: secretsOf(remote),
      };
    } catch (error) {
      await sandbox.close();
      throw error;
    }
  } finally {
    if (base.bundlePath) await rm(base.bundlePath, { force: true });
  }
}

async function openBox({ parts, run, journal, signal }: Preparation): Promise<Sandbox> {
  const started = Date.now();
  const sandbox = await openSandbox(
    { ...run, signal },
    { settings: parts.settings, endpoint: parts.sandbox },
  );
  const { sandboxId, provider, network } = sandbox;
  const durationMs = Date.now() - started;
  await journal.record([{ type: "SandboxOpened", data: { sandboxId, provider, network, durationMs } }]);
  if (network === "none") {
    const text = "The sandbox has no network: pasta is missing or switched off. The agent works without it.";
    await journal.record([{ type: "NoticeGiven", data: { text } }]);
  }
  return sandbox;
}

async function fillBox(
  { parts, request, journal, signal }: Preparation,
  box: { sandbox: Sandbox; base: Base },
) {
  const { sandbox, base } = box;
  const started = Date.now();
  const clone = await prepareClone(sandbox, {
    base,
    branch: request.branch,
    timeoutMs: parts.settings.GIT_TIMEOUT_MS,
    maxBundleBytes: parts.settings.GIT_MAX_BUNDLE_BYTES,
    signal,
  });
  await journal.record([
    {
      type: "RepositoryPrepared",
      data: {
        baseBranch: base.branch,
        baseCommit: base.commit,
        branch: request.branch,
        notes: base.notes,
        durationMs: Date.now() - started,
      },
    },
  ]);
  const skills = await writeSkills(sandbox);
  await journal.record([{ type: "SkillsWritten", data: { skills: skills.map((skill) => skill.name) } }]);
  return { sandbox, clone, skills };
}

function secretsOf(remote: RemoteRepository): string[] {
  return remote.credentials ? [remote.credentials.password] : [];
}
