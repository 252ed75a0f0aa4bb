import { rm } from "node:fs/promises";
import { basename } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { git, makeRepository } from "../../support/runs/sample-repo.ts";
import { bash } from "../../support/runs/scripts.ts";
import { type Installed, installForPages, keepPicturesOfFailures } from "./support/installed.ts";
import { cards, openTab, RUN_MS, startTask, waitForStatus } from "./support/run-page.ts";
import { makeWaitingModel, type WaitingModel } from "./support/wait-for-word.ts";

const STEER = "The word is: correct the sign in the sum";
const FIX = "sed -i '1s/a - b/a + b/' src/calculator.js && bun test && git commit --quiet -am 'Add adds'";

let installed: Installed;
let model: WaitingModel;
let repository: string;
let other: string;
let page: Page;
let complaints: string[];

keepPicturesOfFailures();

beforeAll(async () => {
  model = await makeWaitingModel([bash(FIX)]);
  repository = await makeRepository();
  other = await makeRepository();
  await git(other, "branch", "release");
  installed = await installForPages(model.settings);
  ({ page, complaints } = await installed.open());
  await page.waitForURL(/\/start$/);
});

afterAll(async () => {
  await model.close();
  await rm(repository, { recursive: true, force: true });
  await rm(other, { recursive: true, force: true });
});

const LINK_FIELD = "Path on this machine, or git URL";

test("a wrong path gets one sentence, and nothing typed is lost", async () => {
  await page.getByLabel("Task", { exact: true }).fill("Make the sum right.");
  await page.getByRole("button", { name: "Link your repository" }).click();
  const dialog = page.getByRole("dialog", { name: "Link a repository" });
  await dialog.getByLabel(LINK_FIELD).fill(`${repository}-missing`);
  await dialog.getByLabel("Base branch").fill("main");
  await dialog.getByRole("button", { name: "Link the repository" }).click();
  const sentence = await dialog.getByRole("alert").textContent();
  expect(sentence).toMatch(/^There is nothing at [^\n]+\.$/);
  expect(await dialog.getByLabel(LINK_FIELD).inputValue()).toBe(`${repository}-missing`);
  expect(await dialog.getByLabel("Base branch").inputValue()).toBe("main");
  await dialog.getByLabel(LINK_FIELD).fill(repository);
  await dialog.getByRole("button", { name: "Link the repository" }).click();
  await dialog.waitFor({ state: "hidden" });
  expect(await page.getByLabel("Task", { exact: true }).inputValue()).toBe("Make the sum right.");
  await page.getByRole("button", { name: /^Repository pihordev-repository-/ }).waitFor();
  expect(complaints.splice(0).every((text) => text.includes("422") || text.includes("400"))).toBe(true);
});

test("the model of one's own endpoint is named wherever it works", async () => {
  await page.getByRole("button", { name: /^Model scripted/ }).waitFor();
  await startTask(page);
  await waitForStatus(page, "Running");
  await expect
    .poll(() => page.locator("header dl").textContent(), { timeout: RUN_MS })
    .toMatch(/Modelscripted.*Costno price/);
});

test("a message steers the agent: it shows in the chat and is in the model's next request", async () => {
  await cards(page).filter({ hasText: "Next." }).first().waitFor({ timeout: RUN_MS });
  await page.getByLabel("Message to the agent").fill(STEER);
  await page.keyboard.press("Enter");
  const card = cards(page).filter({ hasText: STEER }).first();
  await card.filter({ hasText: "Steered" }).waitFor({ timeout: RUN_MS });
  await waitForStatus(page, "Completed");
  expect(
    await cards(page)
      .filter({ hasText: `I heard: ${STEER}` })
      .count(),
  ).toBe(1);
  expect(await cards(page).filter({ hasText: "Steered" }).count()).toBe(1);
  const heard = model.requests.findIndex(({ text }) => text.includes(STEER));
  expect(heard).toBeGreaterThan(0);
  expect(model.requests[heard]?.messages.at(-1)).toMatchObject({ role: "user" });
});

test("it ends in a branch of that repository whose diff is right", async () => {
  const branch = await git(repository, "for-each-ref", "--format=%(refname:short)", "refs/heads/pihordev");
  await page.getByText(`git switch ${branch}`).waitFor();
  expect(await git(repository, "diff", "--name-only", "main", branch)).toBe("src/calculator.js");
  expect(await git(repository, "show", `${branch}:src/calculator.js`)).toMatch(/add = \(a, b\) => a \+ b;/);
  await openTab(page, "Checks");
  const check = page.getByRole("listitem").filter({ hasText: "bun test" }).first();
  expect(await check.textContent()).toMatch(/Exit 0 in/);
});

test("a run is stopped only after it was asked twice, and pushes nothing", async () => {
  await page
    .locator("aside")
    .getByRole("button", { name: /^New task/ })
    .click();
  await startInDialog("Work until you are stopped.");
  await cards(page).filter({ hasText: "Next." }).first().waitFor({ timeout: RUN_MS });
  const stop = page.locator("header").getByRole("button", { name: "Stop" });
  const dialog = page.getByRole("dialog", { name: /^Stop this run\?/ });
  await stop.click();
  await dialog.getByRole("button", { name: "Keep running" }).click();
  await dialog.waitFor({ state: "hidden" });
  await waitForStatus(page, "Running");
  await stop.click();
  await dialog.getByRole("button", { name: "Stop" }).click();
  await waitForStatus(page, "Stopped");
  await page.getByText("Stopped. Nothing was pushed.").waitFor();
  expect(await page.getByLabel("Message to the agent").count()).toBe(0);
  const branches = await git(repository, "branch", "--list", "pihordev/*", "--format=%(refname:short)");
  expect(branches.split("\n")).toHaveLength(1);
});

test("a failed run says on a red strip what happened, what it means and what to do", async () => {
  await page.goto(`${installed.url}/o/local/projects`);
  await page.getByRole("button", { name: "Link repository" }).click();
  const dialog = page.getByRole("dialog", { name: "Link a repository" });
  await dialog.getByLabel(LINK_FIELD).fill(other);
  await dialog.getByLabel("Base branch").fill("release");
  await dialog.getByRole("button", { name: "Link the repository" }).click();
  await dialog.waitFor({ state: "hidden" });
  await git(other, "branch", "-D", "release");
  await page.getByRole("button", { name: `New task in ${basename(other)}` }).click();
  await startInDialog("Work on a branch that is gone.");
  await waitForStatus(page, "Failed");
  const sentence = page.getByText(/^The branch `release` does not exist.*Choose one of: `main`/);
  const strip = page.locator("section.mx-auto").filter({ has: sentence }).last();
  await strip.getByRole("button", { name: "Run again" }).waitFor();
  expect(
    await red(
      page,
      strip
        .locator("div")
        .first()
        .evaluate((box) => getComputedStyle(box).borderColor),
    ),
  ).toBe(true);
});

test("nothing was complained about", () => {
  expect(complaints).toEqual([]);
});

async function startInDialog(text: string): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "New task" });
  await dialog.getByLabel("Task", { exact: true }).fill(text);
  const before = page.url();
  await dialog.getByRole("button", { name: /^Start the task/ }).click();
  await page.waitForURL((url) => url.href !== before && url.pathname.includes("/runs/"));
}

/** Whether a colour of the page is the one of failed. */
async function red(of: Page, color: Promise<string>): Promise<boolean> {
  const wanted = await of.evaluate(() => {
    const probe = document.createElement("i");
    probe.style.color = "var(--red)";
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  });
  return wanted === (await color);
}
