import { createHash } from "node:crypto";
import { BadInput, messageOf, NotFound, Unavailable } from "../core/errors.ts";
import { type BlobFiles, codeOf } from "./blobs/blob-files.ts";
import { makeFolderFiles } from "./blobs/folder-files.ts";

export type BlobStore = {
  /** Answers the SHA-256 in hex once the bytes are on the disk for good: an event may name them then. */
  put(orgId: string, bytes: Uint8Array): Promise<string>;
  /** Throws NotFound, and Unavailable for bytes that are not those that were put. */
  get(orgId: string, sha256: string): Promise<Uint8Array>;
  has(orgId: string, sha256: string): Promise<boolean>;
  /** Removing what is not there is no error. */
  remove(orgId: string, sha256: string): Promise<void>;
};

/** `url`: an S3-compatible store instead of the folder, each of its answers waited for at most `timeoutMs`. */
type BlobStoreOptions = { folder: string; url?: string; timeoutMs?: number };

/** Blobs by organization and SHA-256. Throws BadInput for a wrong URL. */
export function makeBlobStore({ folder, url, timeoutMs = 60_000 }: BlobStoreOptions): BlobStore {
  const files = url === undefined ? makeFolderFiles(folder) : makeBucketFiles(url, timeoutMs);
  return {
    async put(orgId, bytes) {
      const sha256 = hashOf(bytes);
      const path = pathOf(orgId, sha256);
      if ((await files.size(path)) !== bytes.byteLength) await files.write(path, bytes);
      return sha256;
    },
    async get(orgId, sha256) {
      const bytes = await files.read(pathOf(orgId, sha256));
      if (!bytes) throw new NotFound(`There is no blob ${sha256} in this organization.`);
      if (hashOf(bytes) === sha256) return bytes;
      throw new Unavailable(`Blob ${sha256} is damaged in its store: restore it from a backup.`);
    },
    has: async (orgId, sha256) => (await files.size(pathOf(orgId, sha256))) !== null,
    remove: async (orgId, sha256) => files.remove(pathOf(orgId, sha256)),
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** Names from outside never become a path unchecked. */
function pathOf(orgId: string, sha256: string): string {
  if (!UUID.test(orgId))
    throw new BadInput("This is no organization's id: a blob is asked for by a UUID in lower case.");
  if (!SHA256.test(sha256))
    throw new BadInput("This is no blob's name: it is a SHA-256 in 64 lower-case hex digits.");
  return `${orgId}/${sha256.slice(0, 2)}/${sha256}`;
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** `s3://key:secret@host/bucket/prefix`; over plain HTTP on loopback only. Bun's own client: no package is needed. */
function makeBucketFiles(url: string, timeoutMs: number): BlobFiles {
  const { client, prefix } = openBucket(url);
  const at = (path: string) => client.file(`${prefix}${path}`);
  const ask = <Value>(work: () => Promise<Value>) => answered(work, timeoutMs);
  return {
    write: (path, bytes) => ask(async () => void (await at(path).write(bytes))).then(() => {}),
    read: (path) => ask(() => at(path).bytes()),
    size: (path) => ask(async () => (await at(path).stat()).size),
    remove: (path) => ask(() => at(path).delete()).then(() => {}),
  };
}

function openBucket(text: string): { client: Bun.S3Client; prefix: string } {
  const url = URL.canParse(text) ? new URL(text) : null;
  const [bucket = "", ...rest] = url?.pathname.split("/").filter((part) => part !== "") ?? [];
  if (url?.protocol !== "s3:" || bucket === "" || url.username === "" || url.password === "") {
    throw new BadInput("BLOB_URL is wrong: write it as s3://key:secret@host/bucket/prefix.");
  }
  const scheme = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname) ? "http" : "https";
  const client = new Bun.S3Client({
    accessKeyId: decodeURIComponent(url.username),
    secretAccessKey: decodeURIComponent(url.password),
    endpoint: `${scheme}://${url.host}`,
    bucket,
  });
  return { client, prefix: rest.map((part) => `${part}/`).join("") };
}

/** Null when the store says that there is no such object. */
async function answered<Value>(work: () => Promise<Value>, timeoutMs: number): Promise<Value | null> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([work(), late.promise]);
  } catch (cause) {
    if (["NoSuchKey", "NotFound", "ENOENT"].includes(codeOf(cause))) return null;
    throw new Unavailable(
      `The blob store did not do it (${codeOf(cause) || messageOf(cause)}): check BLOB_URL and try again.`,
      {
        cause,
      },
    );
  } finally {
    clearTimeout(timer);
  }
}
