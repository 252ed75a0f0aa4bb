import { expect, test } from "vitest";
import { SandboxError } from "../../../core/errors.ts";
import { type CommandsOfSdk, runCommand, type SdkEvent } from "../../../worker/sandbox/run-command.ts";

const TIMES = { idleMs: 60, stopMs: 60 };
const never = new Promise<never>(() => undefined);
const failed = (ename: string, evalue: string) => ({
  type: "error",
  error: { ename, evalue, traceback: ["why"] },
});

/** Plays a server's stream: events, then `last`. */
function server(events: readonly SdkEvent[], last: () => Promise<unknown> = async () => undefined) {
  const interrupted: string[] = [];
  const sdk: CommandsOfSdk = {
    async *runStream() {
      yield* events;
      await last();
    },
    interrupt: async (id) => void interrupted.push(id),
  };
  return { sdk, interrupted };
}
const run = (sdk: CommandsOfSdk, timeoutMs = 10_000, signal?: AbortSignal) =>
  runCommand(sdk, { text: "x", cwd: "/", options: { timeoutMs, ...(signal ? { signal } : {}) } }, TIMES);
const INIT = { type: "init", text: "id-1" };

test("reading stops at the terminal event, although the stream stays open", async () => {
  const { sdk } = server([INIT, { type: "stdout", text: "a" }, { type: "execution_complete" }], () => never);
  expect(await run(sdk)).toMatchObject({ exitCode: 0, reason: "exit", output: "a\n", outputBytes: 2 });
});

test.each([
  ["7", { exitCode: 7, reason: "exit" }],
  ["-1", { exitCode: null, reason: "killed" }],
])("an error event of %s is an exit", async (evalue, expected) => {
  expect(await run(server([INIT, failed("CommandExecError", evalue)]).sdk)).toMatchObject(expected);
});

test("a box that the server says is lost is lost, with its reason in the output", async () => {
  const result = await run(server([INIT, failed("SandboxLost", "lost")]).sdk);
  expect(result).toMatchObject({ exitCode: null, reason: "lost", output: "why\n" });
});

test("a stream without a terminal event, or with none for too long, is lost", async () => {
  expect(await run(server([INIT]).sdk)).toMatchObject({ exitCode: null, reason: "lost" });
  const silent = await run(server([INIT, { type: "stdout", text: "a" }], () => never).sdk);
  expect(silent).toMatchObject({ exitCode: null, reason: "lost", output: "a\n" });
});

test("a connection that breaks is lost, at the start and in mid-stream", async () => {
  const broken = async () => {
    throw Object.assign(new TypeError("socket closed"), { code: "ECONNRESET" });
  };
  expect(await run(server([], broken).sdk)).toMatchObject({ reason: "lost" });
  expect(await run(server([INIT, { type: "stdout", text: "a" }], broken).sdk)).toMatchObject({
    reason: "lost",
    output: "a\n",
  });
});

test.each([
  [404, "DOCKER::SANDBOX_NOT_FOUND"],
  [502, ""],
  [503, "SANDBOX_LOST"],
])("an answer %i %s at the start is lost", async (statusCode, code) => {
  const refuse = async () => {
    throw Object.assign(new Error("refused"), { statusCode, rawBody: { code, message: "m" } });
  };
  expect(await run(server([], refuse).sdk)).toMatchObject({ exitCode: null, reason: "lost" });
});

test("a refusal is thrown", async () => {
  const refuse = async () => {
    throw Object.assign(new Error("refused"), {
      statusCode: 429,
      rawBody: { code: "TOO_MANY", message: "too many" },
    });
  };
  await expect(run(server([], refuse).sdk)).rejects.toThrow(SandboxError);
});

test("an abort interrupts by id and waits for the end", async () => {
  const aborting = new AbortController();
  const told = Promise.withResolvers<void>();
  const { sdk } = server([INIT], () => told.promise);
  const interrupted: string[] = [];
  const interrupt = async (id: string) => {
    interrupted.push(id);
    told.resolve();
  };
  const running = run({ ...sdk, interrupt }, 10_000, aborting.signal);
  setTimeout(() => aborting.abort(), 5);
  expect(await running).toMatchObject({ exitCode: null, reason: "aborted" });
  expect(interrupted).toEqual(["id-1"]);
});

test("an abort before the id is known interrupts as soon as it is", async () => {
  const aborting = new AbortController();
  const late = Promise.withResolvers<void>();
  const { sdk, interrupted } = server([], () => never);
  const slow: CommandsOfSdk = {
    ...sdk,
    async *runStream() {
      aborting.abort();
      await late.promise;
      yield INIT;
      await never;
    },
  };
  const running = run(slow, 10_000, aborting.signal);
  setTimeout(() => late.resolve(), 10);
  expect(await running).toMatchObject({ reason: "aborted" });
  expect(interrupted).toEqual(["id-1"]);
});

test("an exit that comes after the time-out is a time-out, whatever its code", async () => {
  const slow = server([INIT], async () => new Promise((resolve) => setTimeout(resolve, 20)));
  const sdk: CommandsOfSdk = {
    ...slow.sdk,
    async *runStream() {
      yield INIT;
      await new Promise((resolve) => setTimeout(resolve, 25));
      yield failed("CommandExecError", "143");
    },
  };
  expect(await run(sdk, 10)).toMatchObject({ exitCode: null, reason: "timeout" });
});

test("lone surrogates and NUL of a server's JSON are replaced", async () => {
  const { sdk } = server([INIT, { type: "stdout", text: "a\ud800b\0c" }, { type: "execution_complete" }]);
  expect((await run(sdk)).output).toBe("a\uFFFDb\uFFFDc\n");
});
