import { describe, expect, it } from "vitest";
import { eventMetadataSchema } from "../../core/event.ts";
import { projectCommands } from "../../core/project/commands.ts";
import { runCommands } from "../../core/run/commands.ts";
import { isTerminal } from "../../core/run/state.ts";
import { taskCommands } from "../../core/task/commands.ts";
import { PERSON, uuid } from "../support/given.ts";
import { runCommandExamples, taskCommandExamples } from "../support/log/histories.ts";

describe("an event's metadata", () => {
  const metadata = { actor: PERSON, commandId: uuid(1), correlationId: uuid(2) };

  it("names who did it, by which command, and in what chain", () => {
    expect(eventMetadataSchema.parse(metadata)).toEqual(metadata);
    expect(eventMetadataSchema.parse({ ...metadata, causationPosition: 4, fence: 2 })).toEqual({
      ...metadata,
      causationPosition: 4,
      fence: 2,
    });
  });

  it.each([
    { ...metadata, actor: { kind: "robot", id: "x" } },
    { ...metadata, actor: { kind: "person", id: "" } },
    { ...metadata, commandId: "x" },
    { ...metadata, fence: 0 },
    { ...metadata, causationPosition: 1.5 },
  ])("refuses %j", (wrong) => {
    expect(eventMetadataSchema.safeParse(wrong).success).toBe(false);
  });
});

describe("the schemas of commands", () => {
  it("take each example and refuse one without its subject", () => {
    for (const { type, data } of Object.values(runCommandExamples)) {
      expect(runCommands[type].parse(data), type).toEqual(data);
      expect(runCommands[type].safeParse({ ...data, runId: "x" }).success, type).toBe(false);
    }
    for (const { type, data } of Object.values(taskCommandExamples)) {
      expect(taskCommands[type].parse(data), type).toEqual(data);
      expect(taskCommands[type].safeParse({ ...data, taskId: undefined }).success, type).toBe(false);
    }
    expect(projectCommands.LinkProject.safeParse({ projectId: uuid(1) }).success).toBe(false);
  });

  it("fill in what a request may leave out", () => {
    const { runId, taskId, projectId, prompt, model, title } = runCommandExamples.RequestRun.data;
    expect(runCommands.RequestRun.parse({ runId, taskId, projectId, prompt, model, title })).toMatchObject({
      thinkingLevel: "off",
      baseBranch: null,
      attempt: 1,
      budgetMicrodollars: null,
      forkedFrom: null,
    });
  });
});

describe("the end of a run", () => {
  it("is completed, error or aborted", () => {
    const statuses = ["none", "queued", "starting", "running", "attention", "paused"] as const;
    expect(statuses.filter(isTerminal)).toEqual([]);
    expect((["completed", "error", "aborted"] as const).every(isTerminal)).toBe(true);
  });
});
