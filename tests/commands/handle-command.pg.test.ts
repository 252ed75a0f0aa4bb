import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandEnvelope, handleCommand } from "../../commands/handle-command.ts";
import type { AnyCommand } from "../../commands/subject.ts";
import { BadInput, CommandRejected, Fenced, Forbidden, VersionConflict } from "../../core/errors.ts";
import type { EventStore } from "../../sql/event-store.ts";
import { acquireLease } from "../../sql/leases.ts";
import { uuid } from "../support/given.ts";
import { PROJECT, run, runCommandExamples, runHistories, taskHistories } from "../support/log/histories.ts";
import { openLog, renamed, type TestLog, WORKER } from "../support/log/open-log.ts";

let log: TestLog;
beforeAll(async () => {
  log = await openLog();
});
afterAll(() => log.close());

/** Gives a command as the owner of the local organization. */
function give(command: AnyCommand, options: Partial<CommandEnvelope> = {}, store: EventStore = log.store) {
  const { orgId, personId } = log.database;
  const actor = { kind: "person", id: personId } as const;
  return handleCommand(store, { orgId, command, actor, commandId: randomUUID(), ...options });
}

const create = (taskId: string, text = "Fix the date"): AnyCommand => ({
  type: "CreateTask",
  data: { taskId, projectId: PROJECT, text },
});
const rename = (taskId: string, title: string): AnyCommand => ({
  type: "RenameTask",
  data: { taskId, title },
});
const cancel = (taskId: string): AnyCommand => ({ type: "CancelTask", data: { taskId, reason: "" } });
const read = (stream: string) => log.store.readStream(log.database.orgId, stream);

describe("handleCommand", () => {
  it("appends what the decider decides and answers where it is", async () => {
    const taskId = randomUUID();
    const created = await give(create(taskId));
    expect(created).toMatchObject({ version: 1, repeated: false });
    const changed = await give(rename(taskId, "Dates"));
    expect(changed).toMatchObject({ version: 2, position: created.position + 1 });
    expect((await read(`task-${taskId}`)).map(({ type }) => type)).toEqual(["TaskCreated", "TaskRenamed"]);
  });

  it("writes who, when and why beside the event", async () => {
    const taskId = randomUUID();
    const [commandId, correlationId, now] = [randomUUID(), randomUUID(), "2026-01-02T03:04:05.006Z"];
    const { position } = await give(create(randomUUID()));
    await give(create(taskId), { commandId, correlationId, causationPosition: position, now });
    const [event] = await read(`task-${taskId}`);
    const actor = { kind: "person", id: log.database.personId };
    expect(event?.metadata).toEqual({ actor, commandId, correlationId, causationPosition: position });
    expect(event?.occurredAt).toBe(now);
  });

  it("writes nothing when the decider refuses", async () => {
    const taskId = randomUUID();
    await expect(give(create(taskId, ""))).rejects.toBeInstanceOf(BadInput);
    await expect(give(cancel(taskId))).rejects.toThrow("There is no such task: create it first.");
    expect(await read(`task-${taskId}`)).toEqual([]);
  });

  it("answers a repeated command id with its first result, even where the state would now refuse it", async () => {
    const taskId = randomUUID();
    const commandId = randomUUID();
    const first = await give(create(taskId), { commandId });
    await give(cancel(taskId));
    expect(await give(create(taskId), { commandId })).toEqual({ ...first, repeated: true });
    expect(await read(`task-${taskId}`)).toHaveLength(2);
  });

  it("answers two repeats at once with one result", async () => {
    const taskId = randomUUID();
    const commandId = randomUUID();
    const [one, two] = await Promise.all([
      give(create(taskId), { commandId }),
      give(create(taskId), { commandId }),
    ]);
    expect(one.position).toBe(two.position);
    expect([one.repeated, two.repeated].sort()).toEqual([false, true]);
    expect(await read(`task-${taskId}`)).toHaveLength(1);
  });

  it("answers a command that asks for what already is with the stream's end", async () => {
    const taskId = randomUUID();
    await give(create(taskId));
    const { position } = await give(cancel(taskId));
    await give(create(randomUUID()));
    const again = await give(cancel(taskId));
    expect(again).toEqual({ fromPosition: position, position, version: 2, repeated: true });
  });

  it("decides again when somebody else was faster: of two that exclude each other one is refused", async () => {
    const runId = randomUUID();
    await log.append(`run-${runId}`, runHistories.attention);
    const answer = (choice: string): AnyCommand => ({
      type: "AnswerAttention",
      data: { ...run.answered.data, runId, choices: [choice] },
    });
    const outcomes = await Promise.allSettled([give(answer("Red")), give(answer("Blue"))]);
    const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    expect(refused).toHaveLength(1);
    expect(refused[0]).toBeInstanceOf(CommandRejected);
    expect(refused[0].message).toBe("Somebody has answered this question already: the first answer counts.");
    expect(await read(`run-${runId}`)).toHaveLength(runHistories.attention.length + 1);
  });

  /** The real store with somebody who appends to the stream between each read and append. */
  const contested = (times: number): EventStore => ({
    ...log.store,
    async readStream(orgId, stream, options) {
      const events = await log.store.readStream(orgId, stream, options);
      times -= 1;
      if (times >= 0) await log.append(stream, [renamed(`faster ${times}`)]);
      return events;
    },
  });

  it("tries three times on a version conflict", async () => {
    const taskId = randomUUID();
    await give(create(taskId));
    expect(await give(rename(taskId, "mine"), {}, contested(2))).toMatchObject({
      version: 4,
      repeated: false,
    });
    await expect(give(rename(taskId, "again"), {}, contested(3))).rejects.toBeInstanceOf(VersionConflict);
  });

  it("reads a stream of any length", async () => {
    const taskId = randomUUID();
    await give(create(taskId));
    const titles = Array.from({ length: 1_000 }, (_, index) => renamed(`title ${index}`));
    for (let index = 0; index < 2; index += 1) await log.append(`task-${taskId}`, titles);
    expect(await give(rename(taskId, "the last one"))).toMatchObject({ version: 2_002 });
  });

  it("refuses a run of a task that is closed, and repeats one that was requested before", async () => {
    const [taskId, runId, commandId] = [randomUUID(), randomUUID(), randomUUID()];
    const request = (id: string): AnyCommand => ({
      type: "RequestRun",
      data: { ...runCommandExamples.RequestRun.data, taskId, runId: id },
    });
    await give(create(taskId));
    const requested = await give(request(runId), { commandId });
    await give(cancel(taskId));
    await expect(give(request(randomUUID()))).rejects.toThrow("This task was cancelled: start a new one.");
    expect(await give(request(runId), { commandId })).toEqual({ ...requested, repeated: true });
  });

  it("refuses a run of a task that is done", async () => {
    const taskId = randomUUID();
    await log.append(`task-${taskId}`, taskHistories.done);
    const data = { ...runCommandExamples.RequestRun.data, taskId, runId: randomUUID() };
    await expect(give({ type: "RequestRun", data })).rejects.toThrow("This task is done: start a new one.");
  });

  it("refuses a person who is no member of the organization", async () => {
    const stranger = { kind: "person", id: uuid(404) } as const;
    await expect(give(create(randomUUID()), { actor: stranger })).rejects.toBeInstanceOf(Forbidden);
  });

  it("refuses a worker whose lease was taken over", async () => {
    const runId = randomUUID();
    const { orgId } = log.database;
    const lease = { orgId, runId, ttlMs: 60_000 };
    await log.append(`run-${runId}`, runHistories.queued);
    const first = await acquireLease(log.pool, { ...lease, holder: "worker-a", ttlMs: 1 });
    let second: typeof first = null;
    while (!second) second = await acquireLease(log.pool, { ...lease, holder: "worker-b" });
    const claim: AnyCommand = { type: "ClaimRun", data: { runId, holder: "worker-a" } };
    const fenced = (fence: number) => ({ actor: WORKER, fence: { runId, fence } });
    await expect(give(claim, fenced(first?.fence ?? 0))).rejects.toBeInstanceOf(Fenced);
    expect(await give(claim, fenced(second.fence))).toMatchObject({ version: 2 });
  });

  it("goes on over an erased event", async () => {
    const taskId = randomUUID();
    const { position } = await give(create(taskId));
    await log.tamper("update events set data = null where org_id = $1 and position = $2", [
      log.database.orgId,
      position,
    ]);
    expect(await give(cancel(taskId))).toMatchObject({ version: 2 });
  });

  it("stops at an event that this program does not know", async () => {
    const taskId = randomUUID();
    const { position } = await give(create(taskId));
    await log.tamper("update events set type = 'TaskPainted' where org_id = $1 and position = $2", [
      ...[log.database.orgId, position],
    ]);
    await expect(give(cancel(taskId))).rejects.toThrow("this program is older than the log");
  });
});
