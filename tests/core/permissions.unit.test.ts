import { describe, expect, it } from "vitest";
import { COMMAND_TYPES } from "../../commands/subject.ts";
import { isAllowed, type Permission, permissions, ROLES } from "../../core/permissions.ts";

/** Said by the worker that drives a run, or by the platform: no person has a right to them. */
const MACHINE_COMMANDS = [
  "SubmitForReview",
  "ClaimRun",
  "StartRun",
  "TakeOverRun",
  "RequestAttention",
  "CompleteRun",
  "FailRun",
  "ConfirmAbort",
];

/** owner, admin, member. */
const matrix: Record<Permission, "yes yes yes" | "yes yes no"> = {
  CreateTask: "yes yes yes",
  RenameTask: "yes yes yes",
  AcceptTask: "yes yes yes",
  CancelTask: "yes yes yes",
  RequestRun: "yes yes yes",
  SteerRun: "yes yes yes",
  AnswerAttention: "yes yes yes",
  PauseRun: "yes yes yes",
  ResumeRun: "yes yes yes",
  AbortRun: "yes yes yes",
  LinkProject: "yes yes no",
  "read:log": "yes yes yes",
  "read:tasks": "yes yes yes",
  "read:projects": "yes yes yes",
  "read:models": "yes yes yes",
  "read:blobs": "yes yes yes",
  "read:files": "yes yes yes",
  "read:checks": "yes yes yes",
  "read:audit": "yes yes no",
  "probe:repository": "yes yes no",
};

const granted = Object.keys(permissions).filter((name): name is Permission => name in permissions);

describe("the permissions", () => {
  it.each(granted)("of %s are as the matrix says", (permission) => {
    const found = ROLES.map((role) => (isAllowed(role, permission) ? "yes" : "no")).join(" ");
    expect(found).toBe(matrix[permission]);
  });

  it("have a row for every command that a person may give, and for no other", () => {
    const rows = granted.filter((name) => !name.includes(":"));
    expect([...rows, ...MACHINE_COMMANDS].sort()).toEqual([...COMMAND_TYPES].sort());
  });
});
