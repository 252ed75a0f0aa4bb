import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectFailure, expectHealthy } from "../../support/runs/bad-run.ts";
import { makeRunHarness, type RunHarness } from "../../support/runs/run-harness.ts";
import { makeRepository } from "../../support/runs/sample-repo.ts";

let harness: RunHarness;
let repository: string;

beforeAll(async () => {
  harness = await makeRunHarness({ env: { LLM_IDLE_TIMEOUT_MS: "1500" } });
  repository = await makeRepository();
});

afterAll(async () => {
  await harness.close();
  await rm(repository, { recursive: true, force: true });
});

test("a rejected key is named as such, without the key", async () => {
  harness.play(() => ({
    status: 401,
    body: '{"error":{"message":"Incorrect API key provided: canary-key-5e1f"}}',
  }));
  const { end } = await harness.runTask({ repo: repository, text: "Look." });
  expectFailure(end, "model_key", /key/i);
  expect(JSON.stringify(end)).not.toContain("canary-key-5e1f");
});

test("429 and 500 until the retries are used up", async () => {
  for (const status of [429, 500]) {
    const before = harness.modelServer.requests.length;
    harness.play(() => ({ status, body: '{"error":{"message":"overloaded"}}' }));
    const { end } = await harness.runTask({ repo: repository, text: "Look." });
    expectFailure(end, "provider", /./);
    expect(harness.modelServer.requests.length - before).toBe(2);
  }
});

test("garbage, half a stream, and nothing at all", async () => {
  for (const turn of [
    { body: "<html>hello</html>" },
    { text: "Half of it", cutAfter: 2 },
    { hangAfter: 0 },
  ]) {
    harness.play(() => turn);
    const { end } = await harness.runTask({ repo: repository, text: "Look." });
    expectFailure(end, "provider", /./);
  }
});

test("after all of them the next run works and nothing is left over", async () => {
  await expectHealthy(harness, repository);
});
