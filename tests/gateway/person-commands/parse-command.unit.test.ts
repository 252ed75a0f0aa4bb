import { expect, test } from "vitest";
import { BadInput, Forbidden } from "../../../core/errors.ts";
import { permissions } from "../../../core/permissions.ts";
import { runCommands } from "../../../core/run/commands.ts";
import { taskCommands } from "../../../core/task/commands.ts";
import { PERSON_COMMANDS, parsePersonCommand } from "../../../gateway/person-commands/parse-command.ts";

const runId = "00000000-0000-4000-8000-000000000002";

test("a person's commands are exactly those of the permissions table, but for linking", () => {
  const inTable = Object.keys(permissions).filter((name) => name in runCommands || name in taskCommands);
  expect([...PERSON_COMMANDS].toSorted()).toEqual(inTable.toSorted());
});

test.each([
  "ClaimRun",
  "StartRun",
  "TakeOverRun",
  "CompleteRun",
  "FailRun",
  "ConfirmAbort",
  "RequestAttention",
  "SubmitForReview",
  "LinkProject",
  "DropTables",
  "__proto__",
])("%s is nobody's to give here", (type) => {
  expect(() => parsePersonCommand({ type, data: { runId } })).toThrow(Forbidden);
});

test("data of the wrong shape is named by field", () => {
  expect(() => parsePersonCommand({ type: "AbortRun", data: { runId: "x" } })).toThrow(BadInput);
  expect(() => parsePersonCommand({ type: "AbortRun", data: { runId: "x" } })).toThrow(/data\.runId/);
  expect(() => parsePersonCommand({ type: "AbortRun", data: { runId, extra: 1 } })).toThrow(BadInput);
  expect(() => parsePersonCommand({ type: "AbortRun", data: null })).toThrow(BadInput);
});

test("left-out fields get their defaults", () => {
  expect(parsePersonCommand({ type: "AbortRun", data: { runId } })).toEqual({
    type: "AbortRun",
    data: { runId, reason: "" },
  });
});

test("only a worker pauses for a budget or a provider", () => {
  expect(() =>
    parsePersonCommand({ type: "PauseRun", data: { runId, reason: "budget", detail: "" } }),
  ).toThrow(BadInput);
  expect(() => parsePersonCommand({ type: "ResumeRun", data: { runId, reason: "provider_back" } })).toThrow(
    BadInput,
  );
  expect(parsePersonCommand({ type: "ResumeRun", data: { runId, reason: "person" } }).type).toBe("ResumeRun");
});
