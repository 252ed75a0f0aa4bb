import { randomUUID } from "node:crypto";
import type { NewEvent } from "../../../core/event.ts";
import type { EventStore } from "../../../sql/event-store.ts";
import { ANY_VERSION, type AppendResult } from "../../../sql/log-types.ts";

export type Place = { orgId: string; stream: string };

/** Appends to the log as a part of the system would. */
export function append(
  store: EventStore,
  { orgId, stream }: Place,
  events: NewEvent[],
): Promise<AppendResult> {
  return store.append({
    ...{ orgId, stream, events },
    expectedVersion: ANY_VERSION,
    actor: { kind: "system", id: "test" },
    commandId: randomUUID(),
  });
}

export function notice(text: string): NewEvent {
  return { type: "NoticeGiven", data: { text } };
}

/** A project as it lies in the log; its id. */
export async function seedProject(store: EventStore, orgId: string, url = "/srv/sample"): Promise<string> {
  const projectId = randomUUID();
  const repository = { url, kind: "path", credentialId: null };
  const data = { name: "sample", repository, defaultBranch: "main" };
  await append(store, { orgId, stream: `project-${projectId}` }, [{ type: "ProjectLinked", data }]);
  return projectId;
}

export type SeededRun = { projectId: string; taskId: string; runId: string };

/** A project, a task and its run, which works when `started`. */
export async function seedRun(store: EventStore, orgId: string, started = false): Promise<SeededRun> {
  const [projectId, taskId, runId] = [await seedProject(store, orgId), randomUUID(), randomUUID()];
  const task = { projectId, title: "Say hello", text: "Say hello" };
  await append(store, { orgId, stream: `task-${taskId}` }, [{ type: "TaskCreated", data: task }]);
  const requested: NewEvent = {
    type: "RunRequested",
    data: {
      ...{
        taskId,
        projectId,
        prompt: "Say hello",
        model: "demo/rehearsal",
        thinkingLevel: "off",
        attempt: 1,
      },
      ...{
        baseBranch: null,
        branch: "pihordev/say-hello-abcdef",
        budgetMicrodollars: null,
        forkedFrom: null,
      },
    },
  };
  const working: NewEvent[] = [
    { type: "RunClaimed", data: { holder: "worker-1" } },
    { type: "RunStarted", data: { baseBranch: "main", baseCommit: null } },
  ];
  await append(store, { orgId, stream: `run-${runId}` }, started ? [requested, ...working] : [requested]);
  return { projectId, taskId, runId };
}
