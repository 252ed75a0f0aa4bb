import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { axeFindings, sidewaysPixels, type Theme, VIEWPORTS } from "../../support/browser.ts";
import { type Installed, installForPages, keepPicturesOfFailures } from "./support/installed.ts";
import { cards, choose, RUN_MS, startTask, waitForStatus } from "./support/run-page.ts";
import { makeWaitingModel, type WaitingModel } from "./support/wait-for-word.ts";

let installed: Installed;
let model: WaitingModel;
let liveRun: string;
let endedRun: string;

keepPicturesOfFailures();

beforeAll(async () => {
  model = await makeWaitingModel();
  installed = await installForPages(model.settings);
  const { page } = await installed.open("/o/local/start");
  await choose(page, { list: /^Model/, choice: /^Rehearsal/ });
  endedRun = await startTask(page);
  await waitForStatus(page, "Completed");
  await page.goto(`${installed.url}/o/local/start`);
  liveRun = await startTask(page, "Work until somebody says a word.");
  await cards(page).filter({ hasText: "Next." }).first().waitFor({ timeout: RUN_MS });
});

afterAll(() => model.close());

type Place = { name: string; path: () => string; ready: (page: Page) => Promise<void> };

const seen = (text: string | RegExp) => async (page: Page) => {
  await page.getByText(text).filter({ visible: true }).first().waitFor();
};
const run = (tab: string) => () => `/o/local/runs/${endedRun}${tab}`;

const PLACES: readonly Place[] = [
  { name: "the first task", path: () => "/o/local/start", ready: seen("This machine is ready") },
  { name: "a live run", path: () => `/o/local/runs/${liveRun}`, ready: seen("Next.") },
  { name: "a completed run", path: run(""), ready: seen(/^Completed\. The work is on/) },
  { name: "its changes", path: run("/changes"), ready: seen("@@ -1,19 +1,6 @@") },
  { name: "its checks", path: run("/checks"), ready: seen(/Exit 0 in/) },
  { name: "its files", path: run("/files"), ready: seen(/local-day\.js/) },
  { name: "its events", path: run("/events"), ready: seen("RunCompleted") },
  { name: "the board", path: () => "/o/local/tasks", ready: seen("In review") },
  { name: "the list", path: () => "/o/local/tasks?view=list", ready: seen(/Work until/) },
  { name: "the projects", path: () => "/o/local/projects", ready: seen("parcel-tracker") },
  { name: "nothing", path: () => "/o/local/nothing", ready: seen("Nothing here") },
];

const THEMES: readonly Theme[] = ["light", "dark"];
const SIZES = ["desktop", "phone"] as const;

describe.each(THEMES)("axe finds nothing serious, %s", (theme) => {
  test.each(SIZES)("%s", async (size) => {
    const { page, complaints } = await installed.open("/", { theme, viewport: VIEWPORTS[size] });
    const found: Record<string, string[]> = {};
    for (const place of PLACES) {
      await goTo(page, place);
      const findings = await axeFindings(page);
      if (findings.length > 0) found[place.name] = findings;
    }
    expect(found).toEqual({});
    expect(complaints).toEqual([]);
  });

  test("with a dialog, a menu and the keys open", async () => {
    const { page } = await installed.open("/o/local/tasks", { theme });
    await page
      .locator("aside")
      .getByRole("button", { name: /^New task/ })
      .click();
    await page.getByRole("dialog", { name: "New task" }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Link your repository" }).click();
    await page.getByRole("dialog", { name: "Link a repository" }).waitFor();
    await page.getByRole("button", { name: "Link the repository" }).click();
    await page.getByRole("alert").waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });
});

test("no page scrolls sideways at 320 pixels, except the diff", async () => {
  const { page } = await installed.open("/", { viewport: VIEWPORTS.narrow });
  const wide: Record<string, number> = {};
  for (const place of PLACES) {
    await goTo(page, place);
    const pixels = await sidewaysPixels(page);
    if (pixels > 0) wide[place.name] = pixels;
  }
  expect(wide).toEqual({});
});

test("each page says in its title what it is, and has one heading and a language", async () => {
  const { page } = await installed.open("/");
  const titles = new Set<string>();
  for (const place of PLACES.filter(({ name }) => !name.startsWith("its "))) {
    await goTo(page, place);
    expect(await page.locator("h1").count(), place.name).toBe(1);
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    titles.add(await page.title());
  }
  expect(titles.size).toBe(PLACES.filter(({ name }) => !name.startsWith("its ")).length - 1);
});

async function goTo(page: Page, { path, ready }: Place): Promise<void> {
  await page.goto(`${installed.url}${path()}`);
  await ready(page);
  await page.locator("h1").filter({ visible: true }).first().waitFor();
}
