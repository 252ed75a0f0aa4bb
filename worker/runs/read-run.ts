import { NotFound } from "../../core/errors.ts";
import { parseEvent } from "../../core/event-catalog.ts";
import type { RunEvent } from "../../core/run/events.ts";
import { evolveRun, noRun, type RunState } from "../../core/run/state.ts";
import { streamName } from "../../core/stream-name.ts";
import type { EventStore } from "../../sql/event-store.ts";
import type { RunIdentity } from "./lease.ts";

export type RunRequest = Extract<RunEvent, { type: "RunRequested" }>["data"];
export type KnownRun = { request: RunRequest; state: RunState; version: number };

/** A run folded from its own stream: what was asked for, where it stands, and the version that says so. */
export async function readRun(store: EventStore, run: RunIdentity): Promise<KnownRun> {
  let state: RunState = noRun;
  let request: RunRequest | null = null;
  let version = 0;
  for (const stored of await store.readStream(run.orgId, streamName("run", run.runId))) {
    const event = parseEvent(stored) as RunEvent;
    if (event.type === "RunRequested") request = event.data;
    state = evolveRun(state, event);
    version = stored.version;
  }
  if (!request) throw new NotFound(`There is no run ${run.runId} in this organization.`);
  return { request, state, version };
}

export type LinkedProject = {
  name: string;
  repository: {
    url: string;
    kind: "path" | "https" | "http" | "ssh" | "sample";
    credentialId: string | null;
  };
  defaultBranch: string | null;
};

/** A project as it was last linked, from its stream. */
export async function readProject(
  store: EventStore,
  orgId: string,
  projectId: string,
): Promise<LinkedProject> {
  let project: LinkedProject | null = null;
  for (const stored of await store.readStream(orgId, streamName("project", projectId))) {
    const event = parseEvent(stored);
    if (event.type === "ProjectLinked") project = event.data;
  }
  if (!project) throw new NotFound(`There is no project ${projectId} in this organization.`);
  return project;
}
