import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Finished, runProgram, startInstallation } from "../support/installation.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Progress of the bootstrap, which may come first on a machine where it has something to do. */
const PROGRESS = /^(Installing|Packages installed|Building|Page built|Reading)/;

/** What was printed on stderr must be one sentence of one line, and nothing may stand on stdout. */
function expectOneSentence({ exitCode, stdout, stderr }: Finished, pattern: RegExp): void {
  const lines = stderr
    .trim()
    .split("\n")
    .filter((line) => !PROGRESS.test(line));
  expect(lines).toEqual([expect.stringMatching(pattern)]);
  expect(stdout).toBe("");
  expect(exitCode).toBe(1);
}

async function occupy(port: number, host = "127.0.0.1"): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

describe("start refuses in one sentence", () => {
  test("a second start on the same data folder, naming the first", async () => {
    const data = join(temporaryFolder(), "data");
    const first = await startInstallation({ PIHORDEV_DATA: data });
    const second = await runProgram(["start.ts"], { PIHORDEV_DATA: data });
    expectOneSentence(
      second,
      new RegExp(`^Pihordev already runs on this data folder at ${first.url} \\("start", pid \\d+, since `),
    );
    expect((await fetch(first.url)).status).toBe(200);
  });

  test("a port that was set and is taken", async () => {
    const port = await occupy(0);
    const settings = { PIHORDEV_DATA: join(temporaryFolder(), "data"), PORT: String(port) };
    expectOneSentence(await runProgram(["start.ts"], settings), new RegExp(`^Port ${port} is in use: `));
  });

  test.each([
    ["PORT", "many", /^Wrong settings: PORT \(.*\): correct these variables and start again\.$/],
    ["PUBLIC_URL", "not an address", /^Wrong settings: PUBLIC_URL \(/],
    ["WORKER_CONCURRENCY", "0", /^Wrong settings: WORKER_CONCURRENCY \(/],
    ["ENCRYPTION_KEY", "c2hvcnQ=", /^Wrong settings: ENCRYPTION_KEY must be 32 bytes/],
    ["DATABASE_URL", "postgres://nobody:wrong@127.0.0.1:1/none", /^The database cannot be reached: /],
    [
      "GATEWAY_DATABASE_URL",
      "postgres://g@127.0.0.1:1/x",
      /^GATEWAY_DATABASE_URL cannot be used without DATABASE_URL/,
    ],
  ])("%s=%s", async (name, value, pattern) => {
    const settings = { PIHORDEV_DATA: join(temporaryFolder(), "data"), [name]: value };
    expectOneSentence(await runProgram(["start.ts"], settings), pattern);
  });

  test("a data folder that is a file", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    expectOneSentence(await runProgram(["start.ts"], { PIHORDEV_DATA: file }), /is a file, not a folder/);
  });

  test("an address that others reach without a public one: the gateway says it, and start gives up", async () => {
    const settings = { PIHORDEV_DATA: join(temporaryFolder(), "data"), HOST: "0.0.0.0" };
    const { exitCode, stderr } = await runProgram(["start.ts"], settings);
    expect(stderr).toMatch(/HOST is 0\.0\.0\.0.*PUBLIC_URL is not set/);
    expect(exitCode).toBe(1);
  });
});

describe("a port that is taken and was not set", () => {
  test("is passed over for the next free one, which is printed", async () => {
    await occupy(3_000).catch(() => {});
    const { url } = await startInstallation({ PIHORDEV_DATA: join(temporaryFolder(), "data") });
    expect(Number(new URL(url).port)).toBeGreaterThan(3_000);
    expect((await fetch(url)).status).toBe(200);
  });
});
