import type { Locator, Page } from "playwright-core";

/** Runs of these tests take seconds; a busy machine may take much longer. */
export const RUN_MS = 100_000;

/** The page of a run as a person knows it: by roles and words. */
export const timeline = (page: Page): Locator =>
  page.getByRole("feed", { name: "What happened in this run" });
export const cards = (page: Page): Locator => timeline(page).getByRole("article");

const TAB_LIST = "Parts of the run";
export type Tab = "Chat" | "Changes" | "Checks" | "Files" | "Events";

export async function openTab(page: Page, tab: Tab): Promise<void> {
  await page.getByRole("navigation", { name: TAB_LIST }).getByRole("link", { name: tab }).click();
  await page
    .getByRole("navigation", { name: TAB_LIST })
    .getByRole("link", { name: tab })
    .and(page.locator("[aria-current=page]"))
    .waitFor();
}

/** Waits until the run's page shows that status: beside the title, on a phone above it. */
export async function waitForStatus(page: Page, status: string): Promise<void> {
  await page
    .locator("h1, nav[aria-label='Where this run belongs']")
    .getByText(status, { exact: true })
    .filter({ visible: true })
    .first()
    .waitFor({ timeout: RUN_MS });
}

/** What is written on the cards that are drawn, from top to bottom. */
export function cardTexts(page: Page): Promise<string[]> {
  return cards(page).evaluateAll((all) => all.map((card) => card.textContent ?? ""));
}

/** Chooses from one of the page's lists by what stands in it. */
export async function choose(page: Page, { list, choice }: { list: RegExp; choice: RegExp }): Promise<void> {
  await page.getByRole("button", { name: list }).click();
  await page.getByRole("option", { name: choice }).click();
}

/** Starts a task from the first-task page or the dialog that is open, and waits for its run's page. */
export async function startTask(page: Page, text?: string): Promise<string> {
  if (text !== undefined) await page.getByLabel("Task", { exact: true }).fill(text);
  await page.getByRole("button", { name: /^Start the task/ }).click();
  return await runIdOf(page);
}

export async function runIdOf(page: Page): Promise<string> {
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
  return /\/runs\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? "";
}

/** Rows of the diff that is shown, each with its sign: what `git diff` prints below a hunk's head. */
export function unifiedRows(page: Page): Promise<string[]> {
  return page
    .getByRole("region", { name: /^Change of / })
    .last()
    .evaluate((region) => {
      const signs: Readonly<Record<string, string>> = { "+": "+", "−": "-" };
      return [...region.querySelectorAll("code")].map((code) => {
        const sign = code.previousElementSibling?.textContent ?? "";
        return `${signs[sign] ?? " "}${code.textContent}`;
      });
    });
}
