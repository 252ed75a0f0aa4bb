import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { BadInput, NotFound, Unavailable } from "../../../core/errors.ts";
import { makeBlobStore } from "../../../sql/blobs.ts";
import { uuid } from "../../support/given.ts";
import { type BucketServer, startBucketServer } from "../../support/log/bucket-server.ts";

const ORG = uuid(1);
const bytes = Buffer.from("the bytes of a blob \u0000 ä");
const sha = createHash("sha256").update(bytes).digest("hex");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pihordev-blobs-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const store = () => makeBlobStore({ folder });
const pathOf = (org: string, name: string) => join(folder, org, name.slice(0, 2), name);

describe("blobs in a folder", () => {
  it("lie under their organization and SHA-256, and nothing else is left there", async () => {
    expect(await store().put(ORG, bytes)).toBe(sha);
    expect(Buffer.from(await store().get(ORG, sha))).toEqual(bytes);
    expect(readdirSync(folder, { recursive: true }).map(String).sort()).toEqual(
      [ORG, join(ORG, sha.slice(0, 2)), join(ORG, sha.slice(0, 2), sha), "drafts"].sort(),
    );
    expect(statSync(pathOf(ORG, sha)).mode & 0o077).toBe(0);
  });

  it("are the same when they are put twice, also at once", async () => {
    expect(await Promise.all([1, 2, 3, 4].map(() => store().put(ORG, bytes)))).toEqual(Array(4).fill(sha));
    expect(readdirSync(join(folder, ORG, sha.slice(0, 2)))).toEqual([sha]);
  });

  it("may be empty", async () => {
    const empty = await store().put(ORG, new Uint8Array());
    expect(await store().has(ORG, empty)).toBe(true);
    expect((await store().get(ORG, empty)).byteLength).toBe(0);
  });

  it("belong to one organization", async () => {
    await store().put(ORG, bytes);
    expect(await store().has(uuid(2), sha)).toBe(false);
    await expect(store().get(uuid(2), sha)).rejects.toBeInstanceOf(NotFound);
  });

  it("that were removed are gone, and removing nothing is no error", async () => {
    await store().put(ORG, bytes);
    await store().remove(ORG, sha);
    await store().remove(ORG, sha);
    expect(await store().has(ORG, sha)).toBe(false);
    await expect(store().get(ORG, sha)).rejects.toThrow(`There is no blob ${sha} in this organization.`);
  });

  it("that were damaged on the disk are never given out", async () => {
    await store().put(ORG, bytes);
    writeFileSync(pathOf(ORG, sha), "other bytes");
    await expect(store().get(ORG, sha)).rejects.toThrow(
      `Blob ${sha} is damaged in its store: restore it from a backup.`,
    );
  });

  it("that were cut short are written again when they are put again", async () => {
    await store().put(ORG, bytes);
    truncateSync(pathOf(ORG, sha), 3);
    await store().put(ORG, bytes);
    expect(readFileSync(pathOf(ORG, sha))).toEqual(bytes);
  });

  it("sweep the drafts of a process that was killed, and leave those of living ones", async () => {
    mkdirSync(join(folder, "drafts"));
    for (const name of ["old", "young"]) writeFileSync(join(folder, "drafts", name), "half");
    const hours = Date.now() / 1_000 - 7_200;
    utimesSync(join(folder, "drafts", "old"), hours, hours);
    await store().put(ORG, bytes);
    expect(readdirSync(join(folder, "drafts"))).toEqual(["young"]);
  });

  it.each([
    ["../../etc", sha],
    [ORG, "../../../../etc/passwd"],
    [ORG, sha.toUpperCase()],
    [ORG.toUpperCase().replace("4", "A"), sha],
    ["", ""],
  ])("have names that cannot lead anywhere else: %s %s", async (org, name) => {
    await expect(store().get(org, name)).rejects.toBeInstanceOf(BadInput);
    await expect(store().has(org, name)).rejects.toBeInstanceOf(BadInput);
    await expect(store().remove(org, name)).rejects.toBeInstanceOf(BadInput);
  });

  it("on a full disk end in one sentence, leave nothing behind and lose nothing", () => {
    const { stdout, stderr } = onFullDisk(folder);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      code: "unavailable",
      message:
        "A blob of 1048576 bytes was not stored: the disk is full: free some space in the data folder and try again.",
      left: [],
      kept: "small",
    });
  });

  it("in a place that is no folder end in one sentence", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    chmodSync(file, 0o600);
    const failing = makeBlobStore({ folder: file }).put(ORG, bytes);
    await expect(failing).rejects.toBeInstanceOf(Unavailable);
    await expect(failing).rejects.toThrow(/^A blob of \d+ bytes was not stored: /);
  });
});

describe("blobs in an S3-compatible store", () => {
  let bucket: BucketServer;
  beforeAll(async () => {
    bucket = await startBucketServer();
  });
  beforeEach(() => bucket.failWith(null));
  afterAll(() => bucket.close());
  const remote = (timeoutMs = 20_000) => makeBlobStore({ folder, url: bucket.url, timeoutMs });

  it("are put, found, read and removed under the prefix", async () => {
    expect(await remote().has(ORG, sha)).toBe(false);
    expect(await remote().put(ORG, bytes)).toBe(sha);
    expect(bucket.objects.get(`/bucket/some/prefix/${ORG}/${sha.slice(0, 2)}/${sha}`)).toEqual(bytes);
    expect(Buffer.from(await remote().get(ORG, sha))).toEqual(bytes);
    expect(await remote().has(ORG, sha)).toBe(true);
    await remote().remove(ORG, sha);
    expect(await remote().has(ORG, sha)).toBe(false);
    await expect(remote().get(ORG, sha)).rejects.toBeInstanceOf(NotFound);
  });

  it("are not sent again when they are there", async () => {
    await remote().put(ORG, bytes);
    bucket.requests.length = 0;
    await remote().put(ORG, bytes);
    expect(bucket.requests.filter((request) => request.startsWith("PUT"))).toEqual([]);
  });

  it("that were damaged there are never given out", async () => {
    await remote().put(ORG, bytes);
    bucket.objects.set(`/bucket/some/prefix/${ORG}/${sha.slice(0, 2)}/${sha}`, Buffer.from("other"));
    await expect(remote().get(ORG, sha)).rejects.toBeInstanceOf(Unavailable);
  });

  it("end in one sentence when the store refuses", async () => {
    bucket.failWith(403);
    await expect(remote().put(ORG, bytes)).rejects.toThrow(
      /^The blob store did not do it \(.+\): check BLOB_URL/,
    );
  });

  it("end in one sentence when the store never answers", async () => {
    bucket.hang();
    const waiting = remote(200).get(ORG, sha);
    await expect(waiting).rejects.toBeInstanceOf(Unavailable);
    await expect(waiting).rejects.toThrow("no answer in 200 ms");
  });

  it.each(["s3://host/bucket", "https://k:s@host/bucket", "s3://k:s@host", "nonsense"])(
    "need a whole URL, which %s is not",
    (url) => {
      expect(() => makeBlobStore({ folder, url })).toThrow(
        "BLOB_URL is wrong: write it as s3://key:secret@host/bucket/prefix.",
      );
    },
  );
});

/** Puts a small and a large blob on a file system of 256 KiB, in a mount namespace of its own. */
function onFullDisk(mount: string): { stdout: string; stderr: string } {
  const script = join(import.meta.dirname, "put-on-full-disk.ts");
  const shell = `mount -t tmpfs -o size=256k none "$1" && exec "$2" "$3" "$1"`;
  const { stdout, stderr } = spawnSync(
    "unshare",
    ["--user", "--map-root-user", "--mount", "sh", "-c", shell, "sh", mount, process.execPath, script],
    { encoding: "utf8", timeout: 20_000 },
  );
  return { stdout, stderr };
}
