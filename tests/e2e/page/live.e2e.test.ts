import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cable, makeCable } from "./support/cable.ts";
import { type Installed, installForPages, keepPicturesOfFailures } from "./support/installed.ts";
import { cards, cardTexts, RUN_MS, startTask, waitForStatus } from "./support/run-page.ts";
import { makeWaitingModel, type WaitingModel } from "./support/wait-for-word.ts";

const STEER = "You may stop now";
/** The strip is for losses that last longer than this. */
const PATIENCE_MS = 2_000;

let installed: Installed;
let model: WaitingModel;
let cable: Cable;
let first: Page;
let second: Page;
let complaints: string[][];

keepPicturesOfFailures();

beforeAll(async () => {
  model = await makeWaitingModel();
  cable = await makeCable();
  // The page is reached through the cable only: its name is the one that the installation is told.
  installed = await installForPages({
    ...model.settings,
    PORT: String(cable.port),
    PUBLIC_URL: cable.url,
  });
  expect(installed.url).toBe(cable.url);
});

afterAll(async () => {
  await model.close();
  await cable.close();
});

test("two windows show the same while the agent works", async () => {
  const one = await installed.open("/o/local/start");
  first = one.page;
  const runId = await startTask(first, "Work until somebody says a word.");
  const two = await installed.open(`/o/local/runs/${runId}`);
  second = two.page;
  complaints = [one.complaints, two.complaints];
  await waitForStatus(first, "Running");
  await expect.poll(() => cards(second).count(), { timeout: RUN_MS }).toBeGreaterThan(5);
  await expectTheSame();
});

test("a window that is loaded anew in the middle of the run shows the same as before", async () => {
  await first.reload();
  await waitForStatus(first, "Running");
  await expectTheSame();
  expect(complaints.flat()).toEqual([]);
});

test("what a person starts to write is still there after a reload", async () => {
  await first.getByLabel("Message to the agent").fill("A thought that is not finished");
  await first.reload();
  const field = first.getByLabel("Message to the agent");
  expect(await field.inputValue()).toBe("A thought that is not finished");
  await field.fill("");
  await expectTheSame();
});

test("without a connection the page says so after two seconds and keeps what it has", async () => {
  const strip = first.getByText(/^Reconnecting, last event [\d,]+ at \d\d:\d\d\. Nothing is lost\.$/);
  const cutAt = performance.now();
  await cable.cut();
  await strip.waitFor();
  expect(performance.now() - cutAt).toBeGreaterThanOrEqual(PATIENCE_MS);
  expect(await cards(first).count()).toBeGreaterThan(5);
  await first.locator("aside").getByText("Offline").first().waitFor();
});

test("a message that is sent meanwhile waits, and the agent works on", async () => {
  await first.getByLabel("Message to the agent").fill(STEER);
  await first.keyboard.press("Enter");
  await first.getByText("Waits for the connection").waitFor();
  await model.received(model.requests.length + 2);
});

test("with the connection back it catches up by itself, sends what waited, and misses nothing", async () => {
  await cable.mend();
  await first.getByText(/^Reconnecting/).waitFor({ state: "hidden", timeout: RUN_MS });
  await waitForStatus(first, "Completed");
  await waitForStatus(second, "Completed");
  await expectTheSame();
  const third = await installed.open(new URL(first.url()).pathname);
  await waitForStatus(third.page, "Completed");
  await expect
    .poll(async () => [await cardTexts(third.page), await eventCount(third.page)], { timeout: RUN_MS })
    .toEqual([await cardTexts(first), await eventCount(first)]);
  expect(await cards(first).filter({ hasText: STEER }).filter({ hasText: "Steered" }).count()).toBe(1);
  expect(third.complaints).toEqual([]);
});

async function expectTheSame(): Promise<void> {
  const same = async () => {
    const [a, b] = await Promise.all([cardTexts(first), cardTexts(second)]);
    return a.length > 3 && JSON.stringify(a) === JSON.stringify(b);
  };
  await expect.poll(same, { timeout: RUN_MS }).toBe(true);
}

/** The count beside the tab: every event of the run that the page knows. */
async function eventCount(page: Page): Promise<string | null> {
  return await page.getByRole("link", { name: /^Events/ }).textContent();
}
