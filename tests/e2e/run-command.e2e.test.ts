import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { startGitServer } from "../support/git-server.ts";
import { runProgram, startInstallation, startProgram } from "../support/installation.ts";
import { treeOf } from "../support/processes.ts";
import { git, makeRepository } from "../support/runs/sample-repo.ts";

const lineSchema = z.strictObject({
  position: z.number().int().positive(),
  stream: z.string(),
  version: z.number().int().positive(),
  type: z.string(),
  data: z.unknown(),
  metadata: z.looseObject({ actor: z.object({ kind: z.string(), id: z.string() }) }),
  recordedAt: z.iso.datetime(),
});
const resultSchema = z.strictObject({
  result: z.strictObject({
    taskId: z.uuid(),
    runId: z.uuid(),
    status: z.enum(["completed", "error", "aborted"]),
    branch: z.string().nullable(),
    commit: z.string().nullable(),
    inputTokens: z.number().int(),
    outputTokens: z.number().int(),
    costUsd: z.number().nullable(),
    durationMs: z.number().int(),
  }),
});

let folder: string;
let repository: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pihordev-run-"));
  repository = await makeRepository();
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(repository, { recursive: true, force: true });
});

const settings = () => ({ PIHORDEV_DATA: join(folder, "data") });
const run = (...args: string[]) => runProgram(["pihordev.ts", "run", ...args], settings());

/** The lines of --json: all but the last are events, the last is the result. */
function parseLines(stdout: string) {
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const { result } = resultSchema.parse(lines.at(-1));
  return { events: lines.slice(0, -1).map((line) => lineSchema.parse(line)), result };
}

test("with no key the rehearsal leaves a branch that states what it found, and every line is an event", async () => {
  const { exitCode, stdout } = await run("--json", "--repo", repository, "Look around here.");
  const { events, result } = parseLines(stdout);
  expect(exitCode).toBe(0);
  expect(result).toMatchObject({ status: "completed", costUsd: 0 });
  expect(result.branch).toMatch(/^pihordev\/look-around-here-[0-9a-f]{6}$/);
  expect(events.map(({ position }) => position)).toEqual(
    events.map(({ position }) => position).toSorted((a, b) => a - b),
  );
  expect(events[0]?.type).toBe("TaskCreated");
  expect(events.at(-1)?.type).toBe("RunCompleted");
  const report = await git(repository, "show", `${result.branch}:docs/REHEARSAL.md`);
  expect(report).toContain("1 passed, 1 failed, exit code 1");
  expect(await git(repository, "status", "--porcelain")).toBe("");
});

test("progress is for people: the task, each tool with its exit code, the branch", async () => {
  const { exitCode, stdout } = await run("--repo", repository, "Look again.");
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^Task: Look again\.\nQueued with demo\/rehearsal/);
  expect(stdout).toMatch(/> bash .*\n {4}exit \d in/);
  expect(stdout).toMatch(/Completed in [\d.]+ s\. The branch pihordev\/look-again-[0-9a-f]{6} is in /);
});

test("a password in the address works and is printed nowhere", async () => {
  await git(folder, "clone", "--quiet", "--bare", repository, "shop.git");
  const server = await startGitServer({ folder, auth: { username: "me", password: "canary-pw" } });
  onTestFinished(() => server.close());
  const address = server.origin.replace("//", "//me:canary-pw@");
  const { exitCode, stdout, stderr } = await run("--repo", `${address}/shop.git`, "Look from afar.");
  expect(stdout).toContain(` is in ${server.origin}/shop.git.`);
  expect(stdout + stderr).not.toContain("canary-pw");
  expect(exitCode).toBe(0);
});

test("a log of such runs alone is sealed to its end", async () => {
  const { stdout } = await runProgram(["pihordev.ts", "verify", "log", "--json"], settings());
  const { logs } = z
    .object({ logs: z.array(z.object({ events: z.number(), sealedTo: z.number() })).length(1) })
    .parse(JSON.parse(stdout));
  expect(logs[0]?.events).toBeGreaterThan(50);
  expect(logs[0]?.sealedTo).toBe(logs[0]?.events);
});

test("a failed run exits with 1, its sentence on stderr and its result as the last line", async () => {
  const { exitCode, stdout, stderr } = await run(
    "--json",
    "--repo",
    repository,
    "--branch",
    "release",
    "Look.",
  );
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^The run failed: The branch `release` does not exist/m);
  expect(parseLines(stdout).result).toMatchObject({ status: "error", branch: null, commit: null });
});

test("Ctrl-C stops the run cleanly and says so", async () => {
  const started = startProgram(
    ["pihordev.ts", "run", "--json", "--repo", repository, "Stop me."],
    settings(),
  );
  await started.waitFor(/"type":"ToolCallStarted"/);
  started.kill("SIGINT");
  const { exitCode, stdout, stderr } = await started.finished;
  expect(exitCode).toBe(130);
  expect(stderr).toContain("The run was stopped.");
  const { events, result } = parseLines(stdout);
  expect(result.status).toBe("aborted");
  expect(events.at(-1)?.type).toBe("RunAborted");
  expect(await git(repository, "for-each-ref", `refs/heads/${result.branch ?? "pihordev/stop-me"}*`)).toBe(
    "",
  );
});

describe("wrong usage exits with 2 and one sentence", () => {
  test.each([
    [["Look."], /Which repository\?/],
    [["--repo", "."], /What is the task\?/],
    [["--repo", ".", "two", "words"], /put it in quotes/],
    [["--repo", ".", "--model", "gpt", "Look."], /provider\/id/],
    [["--repo", ".", "--nonsense", "Look."], /^Unknown option '--nonsense': .* --help lists the options\.$/m],
    [["--repo", ".", "--branch", "--odd", "Look."], /^Option '--branch' argument is ambiguous: .* --help/m],
  ])("%j", async (args, sentence) => {
    const { exitCode, stderr, stdout } = await run(...args);
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});

test("with an installation at work on the data folder, its worker does the run", async () => {
  const installation = await startInstallation({ ...settings(), PORT: "0" });
  const { exitCode, stdout } = await run("--json", "--repo", repository, "Work there.");
  expect(exitCode).toBe(0);
  const { events, result } = parseLines(stdout);
  expect(result.status).toBe("completed");
  const tasks = await (
    await fetch(`${installation.url}/api/v1/tasks?after=${events.at(-1)?.position}`)
  ).json();
  expect(JSON.stringify(tasks)).toContain(result.runId);
});

test("a run whose process was killed is ended with a reason by the next one", async () => {
  const quick = { ...settings(), LEASE_TTL_MS: "1000", LEASE_RENEW_MS: "300" };
  const args = ["pihordev.ts", "run", "--json", "--repo", repository];
  const killed = startProgram([...args, "Kill me."], quick);
  const [, runId] = await killed.waitFor(/"stream":"run-([0-9a-f-]+)".*"type":"RunStarted"/);
  for (const { pid } of treeOf(killed.pid)) process.kill(pid, "SIGKILL");
  await killed.finished;
  const next = await runProgram([...args, "Go on."], quick);
  expect(next.exitCode).toBe(0);
  const before = new Date().toISOString();
  const installation = await startInstallation({ ...settings(), PORT: "0" });
  const look = async () => (await fetch(`${installation.url}/api/v1/runs/${runId}`)).json();
  await expect
    .poll(look, { timeout: 20_000 })
    .toMatchObject({ run: { status: "error", error: { code: "internal" } } });
  const { run: left } = await look();
  expect(left.endedAt < before).toBe(true);
});
