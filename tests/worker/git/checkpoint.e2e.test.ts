import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NotFound } from "../../../core/errors.ts";
import { checkpointWorkspace, type WorkspaceCheckpoint } from "../../../worker/git/checkpoint.ts";
import { readFileAtCheckpoint } from "../../../worker/git/checkpoint-file.ts";
import { agentRuns, type Boxes, startBoxes, startRun } from "./support/box-fixture.ts";
import { type GitPlace, gitIn, makePlace, makeRepository, pathRemote } from "./support/fixtures.ts";

let place: GitPlace;
let boxes: Boxes;

beforeAll(async () => {
  place = makePlace();
  boxes = await startBoxes(place);
});

afterAll(async () => {
  await boxes.close();
  place.remove();
});

async function start(name: string, files: Record<string, string>) {
  const repository = makeRepository(join(place.folder, name), files);
  return startRun(place, { boxes, remote: pathRemote(repository) });
}

const textOf = (checkpoint: WorkspaceCheckpoint) => new TextDecoder().decode(checkpoint.diff);

function fileAt(checkpoints: readonly WorkspaceCheckpoint[], path: string) {
  const bundles = checkpoints.map(({ bundle }) => bundle);
  const commit = checkpoints.at(-1)?.commit ?? "";
  return readFileAtCheckpoint({ bundles, commit, path, options: place.options });
}

describe("a checkpoint", () => {
  test("holds staged, unstaged and untracked files, and leaves index and branch as they were", async () => {
    const files = { "a.txt": "a\n", "b.txt": "b\n", "d/c.txt": "c\n", ".gitignore": "ignored/\n*.secret\n" };
    const { sandbox, clone } = await start("states", files);
    await agentRuns(
      sandbox,
      `echo staged > staged.txt; git add staged.txt; echo more >> a.txt; rm b.txt; git mv d/c.txt d/moved.txt
       echo new > untracked.txt; mkdir ignored; echo x > ignored/x; echo forced > forced.secret; git add -f forced.secret
       printf '\\000\\001' > binary; ln -s /etc/passwd link`,
    );
    const before = await agentRuns(sandbox, "git status --porcelain; git rev-parse HEAD");
    const checkpoint = await checkpointWorkspace(sandbox, clone);
    expect(await agentRuns(sandbox, "git status --porcelain; git rev-parse HEAD")).toBe(before);
    const changes = checkpoint.files.map(({ path, status, additions, size }) => [
      path,
      status,
      additions,
      size,
    ]);
    expect(changes).toEqual([
      ["a.txt", "modified", 1, 7],
      ["b.txt", "deleted", 0, null],
      ["binary", "added", null, 2],
      ["d/moved.txt", "renamed", 0, 2],
      ["forced.secret", "added", 1, 7],
      ["link", "added", 1, 11],
      ["staged.txt", "added", 1, 7],
      ["untracked.txt", "added", 1, 4],
    ]);
    expect(checkpoint).toMatchObject({ base: null, changedFiles: 8, additions: 5, deletions: 1, notes: [] });
    expect(checkpoint.skipped).toEqual(["ignored/ (ignored)"]);
    expect(textOf(checkpoint)).toContain("--- a/a.txt\n+++ b/a.txt\n@@ -1 +1,2 @@\n a\n+more\n");
    expect(await fileAt([checkpoint], "a.txt")).toEqual({ size: 7, text: "a\nmore\n" });
    expect(await fileAt([checkpoint], "d/moved.txt")).toEqual({ size: 2, text: "c\n" });
    expect(await fileAt([checkpoint], "link")).toEqual({ size: 11, text: "/etc/passwd" });
    expect(await fileAt([checkpoint], "binary")).toEqual({ size: 2, text: null });
    for (const path of ["b.txt", "ignored/x", "d"]) {
      await expect(fileAt([checkpoint], path)).rejects.toBeInstanceOf(NotFound);
    }
    for (const path of ["../a.txt", "/etc/passwd", "./a.txt", "", "a\0b"]) {
      await expect(fileAt([checkpoint], path)).rejects.toMatchObject({ code: "bad_input" });
    }
  });

  test("goes on from the one before it, and a file is read through the chain", async () => {
    const { sandbox, clone } = await start("chain", { "a.txt": "one\n", "big.txt": "x".repeat(50_000) });
    const first = await checkpointWorkspace(sandbox, clone);
    const same = await checkpointWorkspace(sandbox, clone, { previous: first.commit });
    expect(same.tree).toBe(first.tree);
    await agentRuns(sandbox, "echo two > a.txt && git commit -qam Two && echo three > c.txt");
    const third = await checkpointWorkspace(sandbox, clone, { previous: same.commit });
    expect([first.base, same.base, third.base]).toEqual([null, first.commit, same.commit]);
    expect(third.files.map(({ path }) => path)).toEqual(["a.txt", "c.txt"]);
    expect(await fileAt([first, same, third], "a.txt")).toEqual({ size: 4, text: "two\n" });
    expect(await fileAt([first, same], "a.txt")).toEqual({ size: 4, text: "one\n" });
    await expect(fileAt([same, third], "a.txt")).rejects.toThrow();
    const other = await checkpointWorkspace(sandbox, clone, { previous: "0".repeat(40) });
    expect(other.base).toBeNull();
    expect(await fileAt([other], "c.txt")).toEqual({ size: 6, text: "three\n" });
  });

  test("leaves out large files and repositories inside the workspace, and names them", async () => {
    const { sandbox, clone } = await start("large", { "tracked.bin": "small\n" });
    await agentRuns(
      sandbox,
      `head -c 21000000 /dev/zero > 'large file.bin'; head -c 21000000 /dev/zero > tracked.bin
       git init -q inner; echo x > inner/x; mkdir -p fixtures/.git; echo y > fixtures/y`,
    );
    const checkpoint = await checkpointWorkspace(sandbox, clone);
    expect(checkpoint.skipped).toEqual([
      "inner/ (a repository of its own)",
      "large file.bin (over 20 MiB or unreadable)",
      "tracked.bin (over 20 MiB or unreadable)",
    ]);
    expect(checkpoint.files.map(({ path }) => path)).toEqual(["fixtures/y"]);
    expect(checkpoint.bundle.byteLength).toBeLessThan(10_000);
  });

  test("takes any name that a file can have", async () => {
    const { sandbox, clone } = await start("names", { "a.txt": "a\n" });
    await agentRuns(
      sandbox,
      `touch -- '-rf' ':(exclude)x' '*' ' ' 'ünï' $'new\\nline' $'tab\\there' '"quoted"' && printf x > $'raw\\xff'`,
    );
    const checkpoint = await checkpointWorkspace(sandbox, clone);
    const names = checkpoint.files.map(({ path }) => path);
    const expected = [
      "-rf",
      ":(exclude)x",
      "*",
      " ",
      "ünï",
      "new\nline",
      "tab\there",
      '"quoted"',
      "raw\ufffd",
    ];
    expect(names.toSorted()).toEqual(expected.toSorted());
    expect(await fileAt([checkpoint], "new\nline")).toEqual({ size: 0, text: "" });
  });

  test("takes thousands of files, and the next one costs little", async () => {
    const { sandbox, clone } = await start("many", { "a.txt": "a\n" });
    await agentRuns(sandbox, `mkdir many && cd many && for n in $(seq 5000); do echo "$n" > "f$n"; done`);
    const checkpoint = await checkpointWorkspace(sandbox, clone);
    expect(checkpoint).toMatchObject({ changedFiles: 5_000, additions: 5_000 });
    await agentRuns(sandbox, "echo changed > many/f77");
    const next = await checkpointWorkspace(sandbox, clone, { previous: checkpoint.commit });
    expect(next.bundle.byteLength).toBeLessThan(200_000);
    expect(await fileAt([checkpoint, next], "many/f77")).toEqual({ size: 8, text: "changed\n" });
  });

  test("works in an empty repository", async () => {
    const folder = join(place.folder, "empty");
    mkdirSync(folder);
    gitIn(folder, "init", "-q", "-b", "main");
    const { sandbox, clone, base } = await startRun(place, { boxes, remote: pathRemote(folder) });
    expect(base).toMatchObject({ branch: "main", commit: null, bundlePath: null });
    const nothing = await checkpointWorkspace(sandbox, clone);
    expect(nothing).toMatchObject({ changedFiles: 0, skipped: [] });
    await agentRuns(sandbox, "echo hello > hello.txt");
    const checkpoint = await checkpointWorkspace(sandbox, clone, { previous: nothing.commit });
    expect(checkpoint.files).toEqual([
      { path: "hello.txt", oldPath: null, status: "added", additions: 1, deletions: 0, size: 6 },
    ]);
    expect(await fileAt([nothing, checkpoint], "hello.txt")).toEqual({ size: 6, text: "hello\n" });
  });
});
