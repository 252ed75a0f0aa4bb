import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { type Installed, installForPages, keepPicturesOfFailures } from "./support/installed.ts";
import { cards, runIdOf, timeline, waitForStatus } from "./support/run-page.ts";

const MANY_TABS = 60;

let installed: Installed;
let page: Page;

keepPicturesOfFailures();

beforeAll(async () => {
  installed = await installForPages();
  ({ page } = await installed.open());
  await page.waitForURL(/\/start$/);
});

test("Tab leads through repository, task and model to the button, and Enter starts", async () => {
  await page.getByRole("button", { name: /^Repository Sample/ }).waitFor();
  await tabTo(page, /^Sample: parcel-tracker/);
  for (const name of [/^Task$/, /^Rehearsal/, /^Start the task/]) {
    await page.keyboard.press("Tab");
    expect((await focused(page)).name).toMatch(name);
  }
  await page.keyboard.press("Enter");
  await runIdOf(page);
});

test("the focus moves to the heading of the run, and J, K and O walk and open its cards", async () => {
  await expect.poll(async () => (await focused(page)).tag).toBe("H1");
  await waitForStatus(page, "Completed");
  await page.keyboard.press("k");
  await expect.poll(async () => (await focused(page)).tag).toBe("ARTICLE");
  const last = await focusedText(page);
  await page.keyboard.press("k");
  await expect.poll(() => focusedText(page)).not.toBe(last);
  await page.keyboard.press("j");
  await expect.poll(() => focusedText(page)).toBe(last);
  await walkTo(page, /git commit/);
  const folded = await focusedText(page);
  await page.keyboard.press("o");
  await expect.poll(async () => (await focusedText(page)).length).toBeGreaterThan(folded.length);
});

test("Tab reaches what one can do next, and Enter opens the changes", async () => {
  await tabTo(page, /^See the changes$/);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/changes$/);
  await page.getByRole("heading", { name: "src/local-day.js" }).waitFor();
});

test("N and P walk the files, and the command key with a digit the tabs", async () => {
  await page.keyboard.press("n");
  await page.getByRole("heading", { name: "test/delivery-date.test.js" }).waitFor();
  await page.keyboard.press("p");
  await page.getByRole("heading", { name: "src/local-day.js" }).waitFor();
  for (const [key, path] of [
    ["3", /\/checks$/],
    ["5", /\/events$/],
    ["2", /\/changes$/],
    ["1", /\/runs\/[0-9a-f-]{36}$/],
  ] as const) {
    await page.keyboard.press(`Control+${key}`);
    await page.waitForURL(path);
  }
  await timeline(page).waitFor();
});

test("G T leads to the tasks, C opens a new one, and Control and Enter starts it", async () => {
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await page.waitForURL(/\/tasks$/);
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog", { name: "New task" });
  await dialog.waitFor();
  await dialog.getByRole("button", { name: /^Repository/ }).waitFor();
  await tabTo(page, /^Task$/);
  await page.keyboard.type("Look again.");
  await page.keyboard.press("Control+Enter");
  await runIdOf(page);
  await cards(page).filter({ hasText: "Look again." }).waitFor();
  await waitForStatus(page, "Completed");
});

test("Escape closes a dialog and gives the focus back", async () => {
  await page.keyboard.press("?");
  const keys = page.getByRole("dialog", { name: "Keys" });
  await keys.waitFor();
  await page.keyboard.press("Escape");
  await keys.waitFor({ state: "hidden" });
  expect(await page.evaluate(() => document.activeElement?.closest("[role=dialog]") === null)).toBe(true);
});

type Focused = { tag: string; name: string };

function focused(of: Page): Promise<Focused> {
  return of.evaluate(() => {
    const element = document.activeElement;
    const labels = element instanceof HTMLTextAreaElement ? element.labels : null;
    return { tag: element?.tagName ?? "", name: (labels?.[0] ?? element)?.textContent?.trim() ?? "" };
  });
}

function focusedText(of: Page): Promise<string> {
  return of.evaluate(() => document.activeElement?.textContent ?? "");
}

async function tabTo(of: Page, name: RegExp): Promise<void> {
  for (const _ of Array.from({ length: MANY_TABS })) {
    if (name.test((await focused(of)).name)) return;
    await of.keyboard.press("Tab");
  }
  throw new Error(`Tab does not lead to ${name}: it ended at ${JSON.stringify(await focused(of))}`);
}

/** Walks the cards upwards until one says that. */
async function walkTo(of: Page, text: RegExp): Promise<void> {
  for (const _ of Array.from({ length: MANY_TABS })) {
    const here = await focusedText(of);
    if (text.test(here)) return;
    await of.keyboard.press("k");
    await expect.poll(() => focusedText(of)).not.toBe(here);
  }
  throw new Error(`no card says ${text}`);
}
