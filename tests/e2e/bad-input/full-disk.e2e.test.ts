import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectFailure, expectHealthy } from "../../support/runs/bad-run.ts";
import { makeRunHarness, type RunHarness } from "../../support/runs/run-harness.ts";
import { makeRepository } from "../../support/runs/sample-repo.ts";
import { commandsScript } from "../../support/runs/scripts.ts";

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.log("skipped: a full disk (a small file system can be mounted only as root)");

// Root only: a file system of 4 MB is mounted for the blobs.
describe.skipIf(!isRoot)("a disk that is full", () => {
  let harness: RunHarness;
  let repository: string;
  let blobs: string;

  beforeAll(async () => {
    harness = await makeRunHarness({
      prepare(dataFolder) {
        blobs = join(dataFolder, "blobs");
        mkdirSync(blobs);
        execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", blobs]);
      },
    });
    repository = await makeRepository();
  });

  afterAll(async () => {
    execFileSync("umount", [blobs]);
    await harness.close();
    await rm(repository, { recursive: true, force: true });
  });

  test("ends the run with a sentence and loses no event; with some space the next one works", async () => {
    const ballast = join(blobs, "ballast");
    writeFileSync(ballast, Buffer.alloc(3_900_000));
    harness.play(commandsScript(["head -c 2000000 /dev/urandom > large.bin", "echo recorded"]));
    const { end, events } = await harness.runTask({ repo: repository, text: "Make it large." });
    expectFailure(end, "disk_full", /disk of this machine is full/);
    expect(
      events.some((event) => event.type === "ToolCallFinished" && /recorded/.test(event.data.output)),
    ).toBe(true);
    rmSync(ballast);
    await expectHealthy(harness, repository);
  });
});
