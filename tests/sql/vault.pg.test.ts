import { randomBytes } from "node:crypto";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BadInput, Forbidden, NotFound, Unavailable } from "../../core/errors.ts";
import { makePool } from "../../sql/database.ts";
import { makeVault } from "../../sql/vault.ts";
import { uuid } from "../support/given.ts";
import { openLog, type TestLog } from "../support/log/open-log.ts";

const KEY = randomBytes(32).toString("base64");
const SECRET = "canary-glpat-0123456789";

let log: TestLog;
let gateway: pg.Pool;
beforeAll(async () => {
  log = await openLog();
  gateway = makePool(log.database.gatewayUrl, { name: "test gateway" });
});
afterAll(async () => {
  await gateway.end();
  await log.close();
});

const vault = () => makeVault(log.pool, KEY);
const orgId = () => log.database.orgId;

describe("the vault", () => {
  it("gives a secret back to the worker", async () => {
    const secretId = await vault().seal(orgId(), "git", SECRET);
    expect(await vault().open(orgId(), secretId)).toBe(SECRET);
  });

  it.each(["", "ä👋\u0000\n", "x".repeat(100_000)])("keeps any text as it is (%#)", async (text) => {
    const secretId = await vault().seal(orgId(), "project", text);
    expect(await vault().open(orgId(), secretId)).toBe(text);
  });

  it("never stores the secret, and never the same envelope twice", async () => {
    await vault().seal(orgId(), "provider", SECRET);
    await vault().seal(orgId(), "provider", SECRET);
    const rows = await log.database.query<{ sealed: Buffer; text: string }>(
      "select sealed, v::text as text from vault as v",
    );
    expect(new Set(rows.map(({ sealed }) => sealed.toString("hex"))).size).toBe(rows.length);
    for (const { sealed, text } of rows) expect(sealed.toString("latin1") + text).not.toContain(SECRET);
  });

  it("takes a secret from the gateway, which cannot read it", async () => {
    const ours = makeVault(gateway, KEY);
    const secretId = await ours.seal(orgId(), "git", SECRET);
    await expect(ours.open(orgId(), secretId)).rejects.toBeInstanceOf(Forbidden);
    await expect(gateway.query("select sealed from vault")).rejects.toThrow("permission denied");
    expect(await vault().open(orgId(), secretId)).toBe(SECRET);
    await ours.removeSecret(orgId(), secretId);
    await expect(vault().open(orgId(), secretId)).rejects.toBeInstanceOf(NotFound);
  });

  it("shows the gateway no organization that it has not entered", async () => {
    await vault().seal(orgId(), "git", SECRET);
    expect((await gateway.query("select id from vault")).rows).toEqual([]);
  });

  it("knows a secret in its own organization only", async () => {
    const other = await log.database.addOrganization();
    const secretId = await vault().seal(orgId(), "git", SECRET);
    await expect(vault().open(other.orgId, secretId)).rejects.toBeInstanceOf(NotFound);
  });

  it("forgets a removed secret, and removing nothing is no error", async () => {
    const secretId = await vault().seal(orgId(), "git", SECRET);
    await vault().removeSecret(orgId(), secretId);
    await vault().removeSecret(orgId(), uuid(1));
    await expect(vault().open(orgId(), secretId)).rejects.toThrow(
      "This secret is not in the vault: enter it again.",
    );
  });

  it("says which key a secret needs when another one is set", async () => {
    const secretId = await vault().seal(orgId(), "git", SECRET);
    const other = makeVault(log.pool, randomBytes(32).toString("base64"));
    const opening = other.open(orgId(), secretId);
    await expect(opening).rejects.toBeInstanceOf(Unavailable);
    await expect(opening).rejects.toThrow(
      /^This secret was sealed with the key [0-9a-f]{16} and ENCRYPTION_KEY is [0-9a-f]{16}: start with the key of that time/,
    );
    await expect(opening).rejects.not.toThrow(KEY);
  });
});

describe("an envelope", () => {
  const broken = "A secret in the vault was changed and cannot be opened: enter it again.";

  it("that was changed in any byte is refused", async () => {
    for (const at of [0, 1, 13, 29]) {
      const secretId = await vault().seal(orgId(), "git", SECRET);
      await log.pool.query(
        "update vault set sealed = set_byte(sealed, $2, (get_byte(sealed, $2) + 1) % 256) where id = $1",
        [secretId, at],
      );
      await expect(vault().open(orgId(), secretId), `byte ${at}`).rejects.toThrow(broken);
    }
  });

  it("that was moved to another row, kind or organization is refused", async () => {
    const other = await log.database.addOrganization();
    const change = async (assignment: string) => {
      const secretId = await vault().seal(orgId(), "git", SECRET);
      const { rows } = await log.pool.query<{ org_id: string; id: string }>(
        `update vault set ${assignment} where id = $1 returning org_id, id`,
        [secretId],
      );
      return vault().open(rows[0]?.org_id ?? "", rows[0]?.id ?? "");
    };
    await expect(change("id = gen_random_uuid()")).rejects.toThrow(broken);
    await expect(change("kind = 'provider'")).rejects.toThrow(broken);
    await expect(change(`org_id = '${other.orgId}'`)).rejects.toThrow(broken);
  });

  it("that is cut short is refused", async () => {
    const secretId = await vault().seal(orgId(), "git", SECRET);
    await log.pool.query("update vault set sealed = substring(sealed from 1 for 20) where id = $1", [
      secretId,
    ]);
    await expect(vault().open(orgId(), secretId)).rejects.toThrow(broken);
  });
});

describe("a key", () => {
  it("of another length is refused in one sentence", () => {
    expect(() => makeVault(log.pool, "c2hvcnQ=")).toThrow(BadInput);
    expect(() => makeVault(log.pool, "c2hvcnQ=")).toThrow(
      'The encryption key has 5 bytes and must have 32 in base64: make one with "openssl rand -base64 32".',
    );
  });
});
