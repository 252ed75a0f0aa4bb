import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach } from "vitest";
import { openBrowser, openPage, type PageOptions, type WatchedPage } from "../../../support/browser.ts";
import { type Started, startInstallation } from "../../../support/installation.ts";

const PICTURES = join(import.meta.dirname, "../../../../test-results");

export type Installed = {
  url: string;
  data: string;
  started: Started;
  /** A window of its own: nothing of another's storage. */
  open(path?: string, options?: PageOptions): Promise<WatchedPage>;
};

/** A whole installation and a browser, for all tests of a file; both are ended with it. Call it in `beforeAll`. */
export async function installForPages(settings: NodeJS.ProcessEnv = {}): Promise<Installed> {
  const folder = mkdtempSync(join(tmpdir(), "pihordev-page-"));
  chmodSync(folder, 0o755);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const data = join(folder, "data");
  const started = await startInstallation(
    { PIHORDEV_DATA: data, PORT: "0", ...settings },
    { atEnd: afterAll },
  );
  const browser = await openBrowser();
  afterAll(() => browser.close());
  return {
    url: started.url,
    data,
    started,
    open: (path = "/", options = {}) => openWatched(browser, { url: `${started.url}${path}`, ...options }),
  };
}

const opened: WatchedPage[] = [];

async function openWatched(browser: Browser, options: PageOptions & { url: string }): Promise<WatchedPage> {
  const watched = await openPage(browser, options);
  opened.push(watched);
  return watched;
}

/** Pictures of every open window when a test fails, in `test-results/`. Call it once in a file. */
export function keepPicturesOfFailures(): void {
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    const name = task.name.replace(/[^a-z0-9]+/gi, "-").slice(0, 80);
    for (const [index, { page }] of opened.entries()) {
      if (page.isClosed()) continue;
      await page.screenshot({ path: join(PICTURES, `${name}-${index + 1}.png`) }).catch(() => undefined);
    }
  });
}
