import { randomUUID } from "node:crypto";
import type { AppendRequest } from "../../sql/log-types.ts";
import { ANY_VERSION } from "../../sql/log-types.ts";

/** A small valid event of a task's stream. */
export function renamed(title = "a title"): { type: string; data: { title: string } } {
  return { type: "TaskRenamed", data: { title } };
}

export function newTaskStream(): string {
  return `task-${randomUUID()}`;
}

/** A valid append of one event onto a new stream, changed by what is given. */
export function appendRequest(orgId: string, changes: Partial<AppendRequest> = {}): AppendRequest {
  return {
    orgId,
    stream: newTaskStream(),
    expectedVersion: ANY_VERSION,
    events: [renamed()],
    actor: { kind: "system", id: "test" },
    commandId: randomUUID(),
    ...changes,
  };
}

/** What was thrown; fails when nothing was. */
export async function errorOf(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error("expected a refusal, and there was none");
}
