import { readdirSync } from "node:fs";
import { messageOf, PihordevError } from "../../../core/errors.ts";
import { makeBlobStore } from "../../../sql/blobs.ts";

/** Run by blobs.pg.test.ts in a folder that holds 256 KiB: prints what became of a small and a large blob. */
const folder = process.argv[2] ?? "";
const ORG = "40000000-0000-4000-8000-000000000001";
const OTHER_ORG = "40000000-0000-4000-8000-000000000002";
const store = makeBlobStore({ folder });
const small = await store.put(ORG, Buffer.from("small"));
const thrown = await store.put(OTHER_ORG, Buffer.alloc(1024 * 1024, "x")).catch((error: unknown) => error);
const left = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
  (entry) => entry.isFile() && entry.name !== small,
);
process.stdout.write(
  JSON.stringify({
    code: thrown instanceof PihordevError ? thrown.code : "none",
    message: messageOf(thrown),
    left: left.map((entry) => entry.name),
    kept: Buffer.from(await store.get(ORG, small)).toString(),
  }),
);
