import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BadInput } from "../../../core/errors.ts";
import { readSignedHeads, sealKey, signHeads } from "../../../sql/sealing/signed-heads.ts";
import { uuid } from "../../support/given.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pihordev-heads-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const heads = [{ orgId: uuid(1), position: 6, seal: "ab".repeat(32) }];
const now = new Date("2026-01-02T03:04:05.006Z");

describe("signed heads", () => {
  it("are read back with the key of the data folder", () => {
    const text = JSON.stringify(signHeads(heads, sealKey(folder), now), null, 2);
    expect(readSignedHeads(text, sealKey(folder))).toEqual(heads);
  });

  it("are refused when anything in them was changed", () => {
    const signed = signHeads(heads, sealKey(folder), now);
    for (const change of [{ signedAt: "2026-01-02T03:04:05.007Z" }, { heads: [] }, { signature: "AAAA" }]) {
      const text = JSON.stringify({ ...signed, ...change });
      expect(() => readSignedHeads(text, sealKey(folder))).toThrow(
        "The heads were changed, or signed with another key: use the file and the data folder that belong together.",
      );
    }
  });

  it("are refused when they are no heads at all", () => {
    for (const text of ["", "{}", "[1]", "not json"]) {
      expect(() => readSignedHeads(text, sealKey(folder))).toThrow(BadInput);
    }
  });
});

describe("the key", () => {
  it("is made once, for its owner's eyes only, and leaves no draft behind", () => {
    const again = mkdtempSync(join(tmpdir(), "pihordev-heads-"));
    const first = sealKey(again).export({ type: "pkcs8", format: "pem" });
    expect(sealKey(again).export({ type: "pkcs8", format: "pem" })).toBe(first);
    expect(readdirSync(again)).toEqual(["seal-key.pem"]);
    expect(statSync(join(again, "seal-key.pem")).mode & 0o777).toBe(0o600);
    rmSync(again, { recursive: true });
  });
});
