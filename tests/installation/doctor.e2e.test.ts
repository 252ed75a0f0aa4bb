import { chmodSync, mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { runProgram, startInstallation } from "../support/installation.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

type Check = { id: string; state: string; detail: string; advice: string };

async function doctor(
  settings: NodeJS.ProcessEnv,
): Promise<{ exitCode: number | null; ok: boolean; checks: Check[] }> {
  const given = { PIHORDEV_DATA: join(temporaryFolder(), "data"), ...settings };
  const { exitCode, stdout, stderr } = await runProgram(["pihordev.ts", "doctor", "--json"], given);
  expect(stderr).toBe("");
  return { exitCode, ...JSON.parse(stdout) };
}

function checkOf(checks: readonly Check[], id: string): Check | undefined {
  return checks.find((check) => check.id === id);
}

/** An endpoint that knows no key. */
async function refusingEndpoint(): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(401, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { message: "invalid api key" } }));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}/v1`;
}

describe("doctor", () => {
  test("finds everything in order where it is, and says that there is no key yet", async () => {
    const { exitCode, ok, checks } = await doctor({});
    expect(checks.map(({ id, state }) => [id, state])).toEqual([
      ["database", "ok"],
      ["sandbox", "ok"],
      ["network", expect.stringMatching(/ok|optional/)],
      ["git", "ok"],
      ["model", "optional"],
    ]);
    expect([exitCode, ok]).toEqual([0, true]);
  });

  test("prints a line for each, and the advice below", async () => {
    const settings = { PIHORDEV_DATA: join(temporaryFolder(), "data") };
    const { stdout } = await runProgram(["pihordev.ts", "doctor"], settings);
    expect(stdout).toMatch(/^ok\s+Database: PostgreSQL 18/m);
    expect(stdout.trim().split("\n").at(-1)).toBe("Ready to run.");
  });

  test.each([
    [
      "database",
      { DATABASE_URL: "postgres://nobody:wrong@127.0.0.1:1/none" },
      /cannot be reached/,
      /DATABASE_URL/,
    ],
    ["sandbox", { OPENSANDBOX_URL: "http://127.0.0.1:1" }, /./, /./],
    ["model", { PIHORDEV_MODEL: "demo/nothing" }, /no model "demo\/nothing"/, /./],
    ["model", { LLM_BASE_URL: "http://127.0.0.1:1/v1", LLM_MODEL: "m" }, /./, /./],
  ])("a broken %s fails alone, with what to do", async (id, settings, detail, advice) => {
    const { exitCode, ok, checks } = await doctor(settings);
    expect(checks.filter(({ state }) => state === "failed").map((check) => check.id)).toEqual([id]);
    expect(checkOf(checks, id)?.detail).toMatch(detail);
    expect(checkOf(checks, id)?.advice).toMatch(advice);
    expect([exitCode, ok]).toEqual([1, false]);
  });

  test("a key that its endpoint refuses fails, and is not printed", async () => {
    const key = "sk-canary-0123456789";
    const settings = { LLM_BASE_URL: await refusingEndpoint(), LLM_MODEL: "m", LLM_API_KEY: key };
    const { exitCode, checks } = await doctor(settings);
    expect(checkOf(checks, "model")?.state).toBe("failed");
    expect(JSON.stringify(checks)).not.toContain(key);
    expect(exitCode).toBe(1);
  });
});

// Only root drops to another user for its database and sandboxes.
describe.runIf(process.geteuid?.() === 0)("a data folder below one that only root may enter", () => {
  test("serves the page and runs sandboxes", async () => {
    const closed = join(temporaryFolder(), "closed");
    mkdirSync(closed);
    chmodSync(closed, 0o700);
    const settings = { PIHORDEV_DATA: join(closed, "data") };
    const started = await startInstallation(settings);
    expect((await fetch(started.url)).status).toBe(200);
    started.kill("SIGTERM");
    await started.finished;
    const { exitCode, checks } = await doctor(settings);
    expect(checkOf(checks, "sandbox")).toMatchObject({ state: "ok" });
    expect(exitCode).toBe(0);
  });
});
