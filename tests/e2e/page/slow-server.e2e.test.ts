import { setTimeout as wait } from "node:timers/promises";
import type { Page } from "playwright-core";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { commandOf, treeOf } from "../../support/processes.ts";
import { type Installed, installForPages, keepPicturesOfFailures } from "./support/installed.ts";
import { startTask, waitForStatus } from "./support/run-page.ts";

/** Longer than a read waits for the projection. */
const LATE_MS = 2_500;

let installed: Installed;

keepPicturesOfFailures();

beforeAll(async () => {
  installed = await installForPages({ REHEARSAL_PACE_MS: "0" });
});

test("the first task can be described while the machine has not answered yet", async () => {
  const goOn = holdWorker();
  const { page } = await installed.open("/o/local/start");
  await page.getByRole("heading", { name: "Checking this machine" }).waitFor();
  await page.getByRole("button", { name: /^Repository Sample/ }).waitFor();
  await page.getByLabel("Task", { exact: true }).fill("Look around.");
  goOn();
  await page.getByRole("heading", { name: "This machine is ready" }).waitFor();
  expect(await page.getByLabel("Task", { exact: true }).inputValue()).toBe("Look around.");
});

test("a task cannot be started before what is filled in is there", async () => {
  const { page } = await installed.open("/");
  await delayed(page, /\/api\/v1\/projects/);
  await page.goto(new URL("/o/local/start", page.url()).href);
  const button = page.getByRole("button", { name: /^Start the task/ });
  await button.click({ force: true });
  expect(await page.getByText("Say what should be done").count()).toBe(0);
  await button.and(page.locator(":not([aria-disabled=true])")).waitFor();
  expect(await page.getByLabel("Task", { exact: true }).inputValue()).toMatch(/Auckland/);
});

test("what is on a run's page stays there while its diff is on its way", async () => {
  const { page } = await installed.open("/o/local/start");
  await delayed(page, /\/api\/v1\/blobs\//);
  await startTask(page);
  await page.evaluate(() => {
    const look = () => {
      if (document.querySelector("main h1") === null) Object.assign(window, { wasBlank: true });
      requestAnimationFrame(look);
    };
    look();
  });
  await waitForStatus(page, "Completed");
  await page.getByRole("link", { name: /^Changes 2$/ }).waitFor();
  expect(await page.evaluate(() => "wasBlank" in window)).toBe(false);
});

test("a run opens although the lists are behind, whichever of the two answers comes first", async () => {
  for (const late of [true, false]) {
    const { page } = await installed.open("/o/local/start");
    await page.getByRole("heading", { name: "This machine is ready" }).waitFor();
    if (late) await delayed(page, /\/api\/v1\/runs\/[0-9a-f-]{36}(\?|$)/);
    const goOn = holdWorker();
    const started = startTask(page);
    await page.waitForResponse((response) => /\/api\/v1\/tasks\?after=/.test(response.url()));
    goOn();
    await started;
    await waitForStatus(page, "Completed");
  }
});

/** The worker stands still until the returned function is called: no checks, no projections. */
function holdWorker(): () => void {
  const worker = treeOf(installed.started.pid).find(({ pid }) => commandOf(pid).includes("worker/main.ts"));
  if (!worker) throw new Error("the installation has no worker");
  process.kill(worker.pid, "SIGSTOP");
  const goOn = () => void process.kill(worker.pid, "SIGCONT");
  onTestFinished(goOn);
  return goOn;
}

/** Answers of these addresses come late, as over a slow network. */
async function delayed(page: Page, address: RegExp): Promise<void> {
  await page.route(address, async (route) => {
    await wait(LATE_MS);
    await route.continue();
  });
}
