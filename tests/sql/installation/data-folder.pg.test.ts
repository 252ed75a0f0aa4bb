import { chownSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openDataFolder } from "../../../sql/installation/data-folder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const isRoot = process.geteuid?.() === 0;

describe("the data folder", () => {
  test("is made with what is missing above it, closed to other people's eyes", () => {
    const folder = openDataFolder(join(temporaryFolder(), "a/b"));
    expect(statSync(folder).mode & 0o066).toBe(0);
    expect(statSync(folder).mode & 0o700).toBe(0o700);
  });

  test("an open one is closed", () => {
    const folder = join(temporaryFolder(), "open");
    mkdirSync(folder, { mode: 0o777 });
    openDataFolder(folder);
    expect(statSync(folder).mode & 0o066).toBe(0);
  });

  test("a file in its place is refused in one sentence", () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    expect(() => openDataFolder(file)).toThrow(/is a file, not a folder\. Set PIHORDEV_DATA/);
    expect(() => openDataFolder(join(file, "below"))).toThrow(/cannot be made .*Set PIHORDEV_DATA/);
  });

  // Only root can give a folder to somebody else.
  test.runIf(isRoot)("one that belongs to somebody else is refused, and stays as it is", () => {
    const folder = join(temporaryFolder(), "theirs");
    mkdirSync(folder, { mode: 0o755 });
    chownSync(folder, 12_345, 12_345);
    expect(() => openDataFolder(folder)).toThrow(/belongs to user 12345 and this is user 0/);
    expect(statSync(folder).mode & 0o777).toBe(0o755);
  });
});
