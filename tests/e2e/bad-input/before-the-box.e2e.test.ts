import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectFailure, expectHealthy } from "../../support/runs/bad-run.ts";
import { makeRunHarness, type RunHarness } from "../../support/runs/run-harness.ts";
import { makeRepository } from "../../support/runs/sample-repo.ts";

let harness: RunHarness;
let repository: string;
let empty: string;

beforeAll(async () => {
  harness = await makeRunHarness();
  repository = await makeRepository();
  empty = await mkdtemp(join(tmpdir(), "pihordev-no-repository-"));
});

afterAll(async () => {
  await harness.close();
  await rm(repository, { recursive: true, force: true });
  await rm(empty, { recursive: true, force: true });
});

test("a path that is no repository", async () => {
  const { end, events } = await harness.runTask({ repo: empty, text: "Look." });
  expectFailure(end, "repository", /is not a git repository/);
  expect(events.some(({ type }) => type === "SandboxOpened")).toBe(false);
});

test("a path that does not exist", async () => {
  const { end } = await harness.runTask({ repo: join(empty, "missing"), text: "Look." });
  expectFailure(end, "repository", /There is nothing at/);
});

test("an unreachable URL", async () => {
  const { end } = await harness.runTask({ repo: "http://127.0.0.1:9/shop.git", text: "Look." });
  expectFailure(end, "repository", /cannot be reached/);
});

test("an ext:: URL is refused before anything is recorded", async () => {
  await expect(harness.runTask({ repo: "ext::sh -c 'touch /tmp/x'", text: "Look." })).rejects.toThrow(
    /run programs and are not accepted/,
  );
});

test("a missing base branch names those that are there", async () => {
  const { end } = await harness.runTask({ repo: repository, text: "Look.", branch: "release" });
  expectFailure(end, "base_branch", /The branch `release` does not exist.*Choose one of: `main`/);
});

test("a task of 0 characters, and one of 200,000", async () => {
  await expect(harness.runTask({ repo: repository, text: "" })).rejects.toThrow(/0 of 32,000/);
  await expect(harness.runTask({ repo: repository, text: "x".repeat(200_000) })).rejects.toThrow(
    /200,000 characters.*32,000/,
  );
});

test("an unknown model", async () => {
  const { end } = await harness.runTask({
    repo: repository,
    text: "Look.",
    model: "anthropic/claude-nobody",
  });
  expectFailure(end, "model", /There is no model "anthropic\/claude-nobody"/);
});

test("after all of them the next run works and nothing is left over", async () => {
  await expectHealthy(harness, repository);
});
