import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { prepareSample, samplePath } from "../../../worker/demo/sample-repository.ts";

const folder = mkdtempSync(join(tmpdir(), "pihordev-sample-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function git(path: string, ...args: string[]): string {
  return execFileSync("git", ["-C", path, ...args], { encoding: "utf8" }).trim();
}

test("it is a repository of twelve files with one commit, the same everywhere", async () => {
  const one = await samplePath(join(folder, "one"));
  const two = await samplePath(join(folder, "two"));
  expect(git(one, "ls-files").split("\n")).toHaveLength(12);
  expect(git(one, "status", "--porcelain")).toBe("");
  expect(git(one, "rev-list", "--count", "HEAD")).toBe("1");
  expect(git(one, "rev-parse", "HEAD")).toBe(git(two, "rev-parse", "HEAD"));
  expect(git(one, "log", "-1", "--format=%an <%ae> %at")).toBe(
    "Parcel Tracker <parcel-tracker@example.com> 1772355600",
  );
});

test("made by several at once it is made once, and nothing is left beside it", async () => {
  const place = join(folder, "many");
  const paths = await Promise.all(Array.from({ length: 4 }, () => prepareSample(place)));
  expect(new Set(paths).size).toBe(1);
  expect(readdirSync(join(place, "sample"))).toEqual(["parcel-tracker"]);
  expect(git(paths[0] ?? "", "rev-list", "--count", "HEAD")).toBe("1");
});

test("what is there already is left alone", async () => {
  const path = await samplePath(join(folder, "one"));
  git(path, "branch", "kept");
  expect(git(await samplePath(join(folder, "one")), "branch", "--list", "kept")).toContain("kept");
});

test("a folder that cannot be made is said in one sentence", async () => {
  await expect(samplePath("/proc/nowhere")).rejects.toThrow(
    /^The sample repository could not be made in \/proc\/nowhere\/sample\. Check/,
  );
});

test("its nine tests pass, and none of them knows of Auckland", async () => {
  const path = await samplePath(join(folder, "one"));
  const { stderr, status } = spawnSync(process.execPath, ["test"], { cwd: path, encoding: "utf8", env: {} });
  expect(stderr).toMatch(/ 9 pass\n 0 fail/);
  expect(status).toBe(0);
  const arrives = execFileSync(process.execPath, ["src/cli.js", "AKL-2041"], {
    cwd: path,
    encoding: "utf8",
    env: {},
  });
  expect(arrives).toContain("arrives 2026-03-05");
});
