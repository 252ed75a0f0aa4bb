import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { git } from "../../support/runs/sample-repo.ts";
import { type Installed, installForPages, keepPicturesOfFailures } from "./support/installed.ts";
import { recordPage, type Seen, whatWasSeen } from "./support/recorder.ts";
import { openTab, RUN_MS, startTask, timeline, unifiedRows, waitForStatus } from "./support/run-page.ts";

const FIXED = "src/local-day.js";
const TESTED = "test/delivery-date.test.js";

let installed: Installed;
let page: Page;
let complaints: string[];
let sample: string;
let seen: Seen;
let branch: string;

keepPicturesOfFailures();

beforeAll(async () => {
  installed = await installForPages();
  ({ page, complaints } = await installed.open());
  sample = join(installed.data, "sample/parcel-tracker");
});

test("an installation without a task opens on the first one: everything filled in, the machine checked", async () => {
  await page.waitForURL(`${installed.url}/o/local/start`);
  await page.getByRole("heading", { name: "Give an agent its first task" }).waitFor();
  await page.getByRole("heading", { name: "This machine is ready" }).waitFor();
  const checks = page.getByRole("region", { name: "This machine is ready" }).getByRole("listitem");
  expect(await checks.getByText(/: Ready$/).count()).toBeGreaterThanOrEqual(4);
  await page.getByRole("button", { name: /^Repository Sample: parcel-tracker/ }).waitFor();
  await page.getByRole("button", { name: /^Model Rehearsal/ }).waitFor();
  expect(await page.getByLabel("Task", { exact: true }).inputValue()).not.toBe("");
});

test("one press starts the rehearsal, and its page opens before the work is done", async () => {
  await recordPage(page);
  await startTask(page);
  await timeline(page).waitFor();
  expect(await page.title()).toContain("Local");
  await waitForStatus(page, "Completed");
  seen = await whatWasSeen(page);
});

test("the agent's text was on the page piece by piece, before the whole message was stored", () => {
  const growing = Object.values(seen.cards).filter((states) => {
    const whole = states.at(-1) ?? "";
    const parts = states.slice(0, -1).filter((part) => part.length > 0 && part.length < whole.length);
    return parts.length >= 3 && parts.every((part) => whole.startsWith(part.trimEnd()));
  });
  expect(growing.length).toBeGreaterThanOrEqual(3);
  const last = Object.values(seen.cards).flatMap((states) => states.slice(-1));
  expect(last.some((text) => text.startsWith("The rehearsal is over, and the bug is real."))).toBe(true);
});

test("each tool call had its card, with its output and its exit code", () => {
  const states = Object.values(seen.cards).flat();
  expect(states.some((text) => /bun test.*Running/.test(text))).toBe(true);
  expect(states.some((text) => /bun test.*Exit 1 in .*1 fail/s.test(text))).toBe(true);
  expect(states.some((text) => /bun test.*Exit 0 in /.test(text))).toBe(true);
  expect(states.some((text) => text.includes(`${FIXED}+1−14`))).toBe(true);
  expect(states.some((text) => /^Read \d+ files/.test(text))).toBe(true);
});

test("tokens and cost ran along while it worked", () => {
  expect(seen.tokens.length).toBeGreaterThanOrEqual(4);
  expect(seen.tokens[0]).toBe("0 tokens");
  expect(seen.tokens.at(-1)).toMatch(/^\d+(\.\d)?k tokens$/);
});

test("it ends as Completed, with the branch and what one can do with it", async () => {
  const end = page.getByText(/^Completed\. The work is on pihordev\//);
  branch = /pihordev\/[a-z0-9-]+/.exec((await end.textContent()) ?? "")?.[0] ?? "";
  await page.getByRole("link", { name: "See the changes" }).waitFor();
  await page.getByRole("link", { name: "Use your own repository" }).waitFor();
  // The sandbox goes after the run's end.
  await expect
    .poll(() => page.locator("header dl").textContent(), { timeout: RUN_MS })
    .toMatch(/ModelRehearsal.*Cost\$0\.00.*Sandbox closed/);
});

test("the branch is in the sample's repository, with the tree the run recorded", async () => {
  expect(await git(sample, "diff", "--name-only", "main", branch)).toBe(`${FIXED}\n${TESTED}`);
  await openTab(page, "Events");
  await page.getByRole("button", { name: /WorkspaceCheckpointed/ }).click();
  const json = await page.getByRole("region", { name: "JSON of the event" }).textContent();
  const { data } = JSON.parse(json ?? "{}");
  expect(await git(sample, "rev-parse", `${branch}^{tree}`)).toBe(data.tree);
  expect(await git(sample, "rev-parse", "HEAD")).toBe(await git(sample, "rev-parse", "main"));
  expect(await git(sample, "status", "--porcelain")).toBe("");
});

test("Events has every event of the run, newest first, and filters by type", async () => {
  const rows = page.getByRole("region", { name: "Events of this run" }).getByRole("button");
  expect(await rows.first().textContent()).toMatch(/SandboxClosed|RunCompleted/);
  const positions = await rows
    .locator("span:first-child")
    .evaluateAll((all) => all.map((cell) => Number(cell.textContent)));
  expect(positions).toEqual(positions.toSorted((a, b) => b - a));
  await page.getByRole("button", { name: "Filter by type" }).click();
  await page.getByRole("option", { name: "RunStarted" }).click();
  await page.getByText(/^1 of \d+$/).waitFor();
  expect(await rows.first().textContent()).toMatch(/RunStartedAgentThe agent started on main at [0-9a-f]{7}/);
});

test("Changes shows what git says, unified and split", async () => {
  await openTab(page, "Changes");
  await page.getByRole("button", { name: "local-day.js" }).click();
  const diff = await git(sample, "diff", "main", branch, "--", FIXED);
  const expected = diff.split("\n").filter((line) => /^[ +-](?![+-]{2} )/.test(line));
  await expect.poll(() => unifiedRows(page), { timeout: RUN_MS }).toEqual(expected);
  await page.getByRole("button", { name: "Split" }).click();
  await expect
    .poll(() => splitSides(page))
    .toEqual({
      left: expected.filter((line) => !line.startsWith("+")).map((line) => line.slice(1)),
      right: expected.filter((line) => !line.startsWith("-")).map((line) => line.slice(1)),
    });
});

test("Checks shows each check with its exit code, and its output on demand", async () => {
  await openTab(page, "Checks");
  const check = page
    .getByRole("listitem")
    .filter({ hasText: /^bun test/ })
    .first();
  expect(await check.textContent()).toMatch(/Exit 0 in [\d.]+ m?s/);
  await check.getByRole("button", { name: /^bun test/ }).click();
  await check.getByText(/Ran \d+ tests across \d+ files/).waitFor();
});

test("Files shows the repository as the checkpoint holds it", async () => {
  await openTab(page, "Files");
  await page.getByRole("button", { name: /local-day\.js/ }).click();
  const file = await git(sample, "show", `${branch}:${FIXED}`);
  await page
    .getByText(file.split("\n")[0] ?? "")
    .first()
    .waitFor();
});

test("from now on the address leads to the tasks, where the work waits for review", async () => {
  await page.goto(installed.url);
  await page.waitForURL(`${installed.url}/o/local/tasks`);
  await page.getByRole("region", { name: "In review" }).getByRole("article").waitFor();
});

test("nothing was complained about, and nothing was asked of anybody else", () => {
  expect(complaints).toEqual([]);
});

/** The two halves of the split diff, without the places that one of them leaves empty. */
async function splitSides(of: Page): Promise<{ left: string[]; right: string[] }> {
  const sides = await of
    .getByRole("region", { name: /^Change of / })
    .last()
    .evaluate((region) => {
      const rows = [...region.querySelectorAll(".grid")].map((row) => [...row.querySelectorAll("code")]);
      const side = (place: number) =>
        rows.flatMap((row) => {
          const code = row[place];
          const number = code?.parentElement?.firstElementChild?.textContent ?? "";
          return number === "" ? [] : [code?.textContent ?? ""];
        });
      return { left: side(0), right: side(1) };
    });
  return sides;
}
