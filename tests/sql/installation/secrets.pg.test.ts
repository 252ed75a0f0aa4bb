import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openSecrets } from "../../../sql/installation/secrets.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

describe("the installation's secrets", () => {
  test("are made once, readable by the owner only, and found again", () => {
    const folder = temporaryFolder();
    const made = openSecrets(folder);
    expect(Buffer.from(made.encryptionKey, "base64")).toHaveLength(32);
    expect(new Set(Object.values(made.passwords)).size).toBe(3);
    expect(statSync(join(folder, "secrets.json")).mode & 0o777).toBe(0o600);
    expect(openSecrets(folder)).toEqual(made);
    expect(readdirSync(folder)).toEqual(["secrets.json"]);
  });

  test("a mode that somebody opened is closed again", () => {
    const folder = temporaryFolder();
    openSecrets(folder);
    chmodSync(join(folder, "secrets.json"), 0o644);
    openSecrets(folder);
    expect(statSync(join(folder, "secrets.json")).mode & 0o777).toBe(0o600);
  });

  test("a key that was given wins and is written nowhere", () => {
    const folder = temporaryFolder();
    const given = Buffer.alloc(32, 7).toString("base64");
    expect(openSecrets(folder, given).encryptionKey).toBe(given);
    expect(readFileSync(join(folder, "secrets.json"), "utf8")).not.toContain(given);
  });

  test("a key of another length is refused with how to make one", () => {
    expect(() => openSecrets(temporaryFolder(), "c2hvcnQ=")).toThrow(
      /ENCRYPTION_KEY must be 32 bytes in base64.*openssl/,
    );
  });

  test("a damaged file is refused and left as it is", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "secrets.json"), "{");
    expect(() => openSecrets(folder)).toThrow(/is damaged: restore it from a backup/);
    expect(readFileSync(join(folder, "secrets.json"), "utf8")).toBe("{");
  });
});
