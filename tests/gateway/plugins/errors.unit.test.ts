import { expect, test } from "vitest";
import {
  AskTimeout,
  BadInput,
  CommandRejected,
  ERROR_CODES,
  Fenced,
  Forbidden,
  ModelError,
  NotFound,
  type PihordevError,
  RepositoryError,
  SandboxError,
  TooLarge,
  Unauthenticated,
  Unavailable,
  UnknownEvent,
  VersionConflict,
} from "../../../core/errors.ts";
import { problemOf } from "../../../gateway/plugins/errors.ts";

const expected: readonly (readonly [PihordevError, number])[] = [
  [new BadInput("x"), 400],
  [new Unauthenticated("x"), 401],
  [new Forbidden("x"), 403],
  [new NotFound("x"), 404],
  [new CommandRejected("x"), 409],
  [new VersionConflict("s", 1, 2), 409],
  [new Fenced("r", 1), 409],
  [new TooLarge("x"), 413],
  [new RepositoryError("x"), 422],
  [new ModelError("x"), 422],
  [new UnknownEvent("X", 1), 500],
  [new SandboxError("x"), 502],
  [new Unavailable("x"), 503],
  [new AskTimeout("x"), 504],
];

test("every code of core has a status here", () => {
  expect(expected.map(([error]) => error.code).toSorted()).toEqual([...ERROR_CODES].toSorted());
});

test.each(expected)("$code keeps its sentence", (error, status) => {
  expect(problemOf(error)).toEqual({ status, code: error.code, message: error.message });
});

test.each([new Error("select secret from vault"), "a string", null, { statusCode: 418, message: "teapot" }])(
  "what nobody expected says nothing of itself",
  (thrown) => {
    const problem = problemOf(thrown);
    expect(problem.status).toBe(500);
    expect(problem.message).not.toMatch(/secret|string|teapot/);
  },
);

test.each(["ECONNREFUSED", "ECONNRESET", "57P01", "53300", "08006"])("%s is: not now", (code) => {
  expect(problemOf(Object.assign(new Error("postgres://user:pass@host"), { code }))).toEqual({
    status: 503,
    code: "unavailable",
    message: "The database cannot be reached now: try again in a moment.",
  });
});
