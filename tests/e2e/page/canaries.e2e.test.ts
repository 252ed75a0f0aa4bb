import { chmodSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findRunning } from "../../../sql/installation/lock-file.ts";
import { type GitServer, startGitServer } from "../../support/git-server.ts";
import { type ModelServer, makeModelServer } from "../../support/model-server.ts";
import { findInDatabase, findInFolder, findInTexts } from "../../support/runs/canaries.ts";
import { git, makeRepository } from "../../support/runs/sample-repo.ts";
import { commandsScript } from "../../support/runs/scripts.ts";
import { type Installed, installForPages, keepPicturesOfFailures } from "./support/installed.ts";
import { type Received, receiveAll } from "./support/received.ts";
import { cards, openTab, RUN_MS, startTask, waitForStatus } from "./support/run-page.ts";

const CANARY = {
  environment: "canary-environment-51e9d2",
  key: "canary-key-7a3c9910",
  gitPassword: "canary-git-c0ffee42",
} as const;
const CANARIES = Object.values(CANARY);
/** What the agent prints: by it the test knows that it looked at the right frames. */
const MARK = "printed-by-the-agent";
const COMMANDS = [
  `echo ${MARK}; env; cat /proc/1/environ | tr '\\0' '\\n'`,
  "cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n'; git remote -v; git config --list --show-origin",
  "echo done > result.txt; git add -A; git commit -qm Result",
];

let folder: string;
let server: GitServer;
let model: ModelServer;
let installed: Installed;
let page: Page;
let received: Received;

keepPicturesOfFailures();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pihordev-served-"));
  chmodSync(folder, 0o755);
  const work = await makeRepository({ "README.md": "# Shop\n" });
  await git(work, "clone", "--quiet", "--bare", work, join(folder, "shop.git"));
  await rm(work, { recursive: true, force: true });
  server = await startGitServer({ folder, auth: { username: "agent", password: CANARY.gitPassword } });
  model = await makeModelServer({ script: commandsScript(COMMANDS) });
  installed = await installForPages({
    LLM_BASE_URL: `${model.url}/v1`,
    LLM_MODEL: "scripted",
    LLM_API_KEY: CANARY.key,
    COMPANY_SECRET: CANARY.environment,
  });
  ({ page } = await installed.open("/healthz"));
  received = receiveAll(page);
  await page.goto(`${installed.url}/o/local/start`);
});

afterAll(async () => {
  await server.close();
  await model.close();
  await rm(folder, { recursive: true, force: true });
});

test("a repository behind a password is linked, and the password is not shown again", async () => {
  await page.getByRole("button", { name: "Link your repository" }).click();
  const dialog = page.getByRole("dialog", { name: "Link a repository" });
  const address = server.origin.replace("//", `//agent:${CANARY.gitPassword}@`);
  await dialog.getByLabel("Path on this machine, or git URL").fill(`${address}/missing.git`);
  await dialog.getByRole("button", { name: "Link the repository" }).click();
  expect(await dialog.getByRole("alert").textContent()).not.toContain(CANARY.gitPassword);
  await dialog.getByLabel("Path on this machine, or git URL").fill(`${address}/shop.git`);
  await dialog.getByRole("button", { name: "Link the repository" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: /^Repository shop/ }).waitFor();
  expect(await page.content()).not.toContain(CANARY.gitPassword);
});

test("an agent that prints all it can find runs to its end, and the secrets did their work", async () => {
  await startTask(page, "Print what you can find.");
  await waitForStatus(page, "Completed");
  expect(await cards(page).filter({ hasText: MARK }).count()).toBeGreaterThan(0);
  expect(model.requests.every(({ headers }) => headers.authorization === `Bearer ${CANARY.key}`)).toBe(true);
  const basic = `Basic ${Buffer.from(`agent:${CANARY.gitPassword}`).toString("base64")}`;
  expect(server.requests.some(({ authorization }) => authorization === basic)).toBe(true);
  expect(await git(join(folder, "shop.git"), "branch", "--list", "pihordev/*")).not.toBe("");
});

test("no frame and no answer that the page received holds one, in any form", async () => {
  for (const tab of ["Changes", "Checks", "Files", "Events"] as const) await openTab(page, tab);
  await page.goto(`${installed.url}/o/local/projects`);
  await page.getByText(`${server.origin}/shop.git`).waitFor();
  await expect.poll(() => received.open(), { timeout: RUN_MS }).toBe(0);
  const names = [...received.texts.keys()].join("\n");
  expect(names).toMatch(/frame/);
  for (const part of ["tasks", "projects", "models", "checks", "blobs"]) {
    expect(names).toContain(`/api/v1/${part}`);
  }
  expect(findInTexts([MARK], received.texts)).not.toEqual([]);
  expect(findInTexts(CANARIES, received.texts)).toEqual([]);
});

test("no row of the database, no file of the data folder and no line that was printed holds one", async () => {
  const adminUrl = findRunning(installed.data)?.database?.adminUrl ?? "";
  expect(await findInDatabase([MARK], adminUrl)).not.toEqual([]);
  expect(await findInDatabase(CANARIES, adminUrl)).toEqual([]);
  const printed = new Map([["printed", installed.started.output()]]);
  expect(findInTexts(CANARIES, printed)).toEqual([]);
  installed.started.kill("SIGTERM");
  await installed.started.finished;
  // Without a server that writes, every file is whole.
  expect(await findInFolder(CANARIES, installed.data)).toEqual([]);
});
