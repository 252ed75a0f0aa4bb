import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** Two processors may be busy with other tests: what is slow here is not measured here. */
const WAIT_MS = 60_000;

export const VIEWPORTS = {
  desktop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
  narrow: { width: 320, height: 640 },
} as const;

export type Theme = "light" | "dark";
export type PageOptions = { theme?: Theme; viewport?: { width: number; height: number } };

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium", args: FLAGS });
}

export type WatchedPage = { page: Page; complaints: string[] };

/** A page that collects what a person would find in the console: errors, failed requests, foreign requests. */
export async function openPage(
  browser: Browser,
  { url, theme = "light", viewport = VIEWPORTS.desktop }: PageOptions & { url: string },
): Promise<WatchedPage> {
  const context = await browser.newContext({ colorScheme: theme, viewport, reducedMotion: "reduce" });
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  const complaints = watch(page, new URL(url).origin);
  await page.goto(url);
  return { page, complaints };
}

function watch(page: Page, origin: string): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`thrown: ${error.message}`));
  page.on("request", (request) => {
    const foreign = !request.url().startsWith(origin) && !/^(data|blob):/.test(request.url());
    if (foreign) complaints.push(`foreign request: ${request.url()}`);
  });
  page.on("requestfailed", (request) => {
    // A page that is left takes its open requests with it.
    const reason = request.failure()?.errorText ?? "";
    if (reason !== "net::ERR_ABORTED") complaints.push(`failed: ${request.url()} ${reason}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  return complaints;
}

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** Serious and critical findings of axe-core, one line each. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(axePath, "utf8"));
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
  });
}

/** How many pixels the page is wider than its window; 0 is what a phone needs. */
export function sidewaysPixels(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
