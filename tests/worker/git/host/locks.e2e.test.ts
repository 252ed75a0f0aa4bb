import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withCacheLock } from "../../../../worker/git/host/cache-lock.ts";
import { processStamp } from "../../../../worker/git/host/process-stamp.ts";
import { withTempFolder } from "../../../../worker/git/host/temp-folder.ts";
import { type GitPlace, makePlace } from "../support/fixtures.ts";

let place: GitPlace;

beforeAll(() => {
  place = makePlace();
  mkdirSync(place.options.dataFolder, { recursive: true });
});

afterAll(() => place.remove());

const cacheIn = (name: string) => join(place.options.dataFolder, name);

describe("the lock of a cache", () => {
  test("lets one in at a time, and everybody in the end", async () => {
    let inside = 0;
    let most = 0;
    const enter = () =>
      withCacheLock(cacheIn("busy.git"), place.options, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await sleep(5);
        inside -= 1;
      });
    await Promise.all(Array.from({ length: 12 }, enter));
    expect(most).toBe(1);
    expect(existsSync(`${cacheIn("busy.git")}.lock`)).toBe(false);
  });

  test("is given back when its user fails", async () => {
    const failing = withCacheLock(cacheIn("failing.git"), place.options, async () => {
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await withCacheLock(cacheIn("failing.git"), place.options, async () => "mine")).toBe("mine");
  });

  test.each([
    ["a dead process", "999999999 1\n"],
    ["another process that has the pid of a dead one", `${process.pid} 1\n`],
  ])("of %s is broken", async (_, holder) => {
    const cache = cacheIn(`dead ${holder.slice(0, 6).trim()}.git`);
    writeFileSync(`${cache}.lock`, holder);
    const enter = () => withCacheLock(cache, place.options, async () => "mine");
    expect(await Promise.all([enter(), enter(), enter()])).toEqual(["mine", "mine", "mine"]);
  });

  test("of a living one is waited for, as long as a setting says", async () => {
    const cache = cacheIn("held.git");
    writeFileSync(`${cache}.lock`, `999999999 1\n${processStamp(process.ppid)}\n`);
    const waiting = withCacheLock(cache, { ...place.options, timeoutMs: 150 }, async () => "mine");
    await expect(waiting).rejects.toThrow(/Another run is still fetching this repository/);
    expect(existsSync(`${cache}.lock`)).toBe(true);
  });
});

test("temporary folders of dead processes are removed, those of the living stay", async () => {
  const other = makePlace();
  const parent = join(other.options.dataFolder, "git", "tmp");
  const [dead, living] = [join(parent, "999999999-aa"), join(parent, `${process.ppid}-bb`)];
  for (const folder of [dead, living]) mkdirSync(folder, { recursive: true });
  const own = await withTempFolder(other.options.dataFolder, async (folder) => {
    expect(dirname(folder)).toBe(parent);
    return folder;
  });
  expect([dead, living, own].map(existsSync)).toEqual([false, true, false]);
  other.remove();
});
