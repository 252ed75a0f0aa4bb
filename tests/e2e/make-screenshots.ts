import { mkdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { openBrowser, openPage, type Theme, VIEWPORTS } from "../support/browser.ts";
import { startInstallation } from "../support/installation.ts";
import { openTab, startTask, timeline, waitForStatus } from "./page/support/run-page.ts";

/** Pictures of the page for the README and the documents, made by a real run of the rehearsal. */
const PICTURES = join(import.meta.dirname, "../../docs/pictures");
const MAX_BYTES = 300_000;
const THEMES: readonly Theme[] = ["light", "dark"];
const AT_WORK = "I commit the fix";

const ends: (() => Promise<void>)[] = [];
const atEnd = (end: () => Promise<void>) => void ends.unshift(end);

async function main(): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  // Its path is in the pictures: the same one each time.
  const folder = join(tmpdir(), "pihordev");
  mkdirSync(folder, { mode: 0o755 });
  atEnd(async () => rmSync(folder, { recursive: true, force: true }));
  // Slow enough for a picture in the middle of a sentence.
  const settings = {
    PIHORDEV_DATA: join(folder, ".pihordev"),
    PORT: "0",
    REHEARSAL_PACE_MS: "120",
    WORKER_NAME: "worker-1",
  };
  const { url } = await startInstallation(settings, { atEnd });
  const browser = await openBrowser();
  atEnd(() => browser.close());
  for (const theme of THEMES) await takeStart(browser, { url, theme });
  const path = await runWithPictures(browser, url);
  for (const theme of THEMES) {
    await takePage(browser, { url, theme, path: `${path}/changes`, name: "changes" });
    await takePage(browser, { url, theme, path: "/o/local/tasks", name: "tasks" });
  }
}

type Where = { url: string; theme: Theme };

async function takeStart(browser: Browser, { url, theme }: Where): Promise<void> {
  const { page } = await openPage(browser, { url: `${url}/o/local/start`, theme });
  await page.getByRole("heading", { name: "This machine is ready" }).waitFor();
  await page.getByRole("button", { name: /^Model Rehearsal/ }).waitFor();
  await take(page, `start-${theme}`);
}

/** Starts the run in one window, looks at it in four, and returns its address. */
async function runWithPictures(browser: Browser, url: string): Promise<string> {
  const { page } = await openPage(browser, { url: `${url}/o/local/start` });
  await startTask(page);
  const path = new URL(page.url()).pathname;
  const windows = [];
  for (const [size, name] of [
    ["desktop", "run"],
    ["phone", "run-phone"],
  ] as const) {
    for (const theme of THEMES) {
      const options = { url: `${url}${path}`, theme, viewport: VIEWPORTS[size] };
      windows.push({ name: `${name}-${theme}`, ...(await openPage(browser, options)) });
    }
  }
  const waitAndTake = async ({ page: at, name }: { page: Page; name: string }) => {
    await timeline(at).getByText(AT_WORK).waitFor();
    await take(at, name);
  };
  await Promise.all(windows.map(waitAndTake));
  await waitForStatus(page, "Completed");
  await openTab(page, "Changes");
  return path;
}

async function takePage(
  browser: Browser,
  { url, theme, path, name }: Where & { path: string; name: string },
): Promise<void> {
  const { page } = await openPage(browser, { url: `${url}${path}`, theme });
  const ready = page.getByText(name === "changes" ? "@@ -1,19 +1,6 @@" : "In review");
  await ready.filter({ visible: true }).first().waitFor();
  // Colours come with a part of the page of their own.
  if (name === "changes") await page.locator("code [class^=hljs-]").first().waitFor();
  await take(page, `${name}-${theme}`);
}

async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
  });
  const path = join(PICTURES, `${name}.png`);
  await page.screenshot({ path, animations: "disabled", caret: "hide" });
  const { size } = statSync(path);
  if (size > MAX_BYTES) throw new Error(`${name}.png has ${size} bytes: more than ${MAX_BYTES}.`);
  console.log(`docs/pictures/${name}.png ${Math.round(size / 1000)} kB`);
}

try {
  await main();
} finally {
  for (const end of ends) await end();
}
