import { createHash } from "node:crypto";

/** The same UUID (version 8) for the same id and part: a repeated request repeats each of its commands. */
export function derivedId(id: string, part: string): string {
  const bytes = createHash("sha256").update(`${id.toLowerCase()}/${part}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
