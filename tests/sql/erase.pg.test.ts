import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandRejected, NotFound } from "../../core/errors.ts";
import { isErased } from "../../core/event-catalog.ts";
import { erasePayload } from "../../sql/erase.ts";
import { sealOrganization } from "../../sql/seals.ts";
import { readHeads, verifyLog } from "../../sql/verify-log.ts";
import { uuid } from "../support/given.ts";
import { openLog, renamed, type TestLog, WORKER } from "../support/log/open-log.ts";

let log: TestLog;
beforeAll(async () => {
  log = await openLog();
});
afterAll(() => log.close());

const CANARY = "canary-of-the-payload";
const STREAM = `task-${uuid(1)}`;

async function sealedOrganization(): Promise<string> {
  const { orgId } = await log.database.addOrganization();
  await log.append(STREAM, [renamed("one"), renamed(CANARY), renamed("three")], orgId);
  await sealOrganization(log.pool, orgId);
  return orgId;
}

function erase(orgId: string, position: number, commandId = randomUUID()) {
  const erasing = { orgId, position, reason: "A person asked for it.", actor: WORKER, commandId };
  return erasePayload(log.store, log.pool, erasing);
}

async function dump(orgId: string): Promise<string> {
  const rows = await log.database.query("select e::text from events as e where org_id = $1", [orgId]);
  return JSON.stringify(rows);
}

describe("erasePayload", () => {
  it("removes the payload and its salt, and says so in the log", async () => {
    const orgId = await sealedOrganization();
    expect(await dump(orgId)).toContain(CANARY);
    expect(await erase(orgId, 2)).toMatchObject({ position: 4, repeated: false });
    expect(await dump(orgId)).not.toContain(CANARY);
    const [, second] = await log.store.readStream(orgId, STREAM);
    expect(second && isErased(second)).toBe(true);
    expect(second).toMatchObject({ position: 2, type: "TaskRenamed", version: 2 });
    const [record] = await log.store.readStream(orgId, `org-${orgId}`);
    expect(record).toMatchObject({
      type: "PayloadErased",
      data: { position: 2, reason: "A person asked for it." },
    });
    const rows = await log.database.query("select salt from events where org_id = $1 and position = 2", [
      orgId,
    ]);
    expect(rows).toEqual([{ salt: Buffer.alloc(0) }]);
  });

  it("leaves the seals good, those made before and those made after", async () => {
    const orgId = await sealedOrganization();
    const heads = await readHeads(log.pool, orgId);
    await erase(orgId, 2);
    await sealOrganization(log.pool, orgId);
    const [verdict] = await verifyLog(log.pool, { orgId, heads });
    expect(verdict).toEqual({ orgId, ok: true, events: 4, sealedTo: 4 });
  });

  it("of an unsealed event is refused: nothing would vouch for it", async () => {
    const orgId = await sealedOrganization();
    await log.append(STREAM, [renamed("four")], orgId);
    const erasing = erase(orgId, 4);
    await expect(erasing).rejects.toBeInstanceOf(CommandRejected);
    await expect(erasing).rejects.toThrow(
      "The event at position 4 is not sealed yet: wait a second and erase it again.",
    );
    expect((await log.store.readStream(orgId, STREAM)).some(isErased)).toBe(false);
  });

  it("of a position that does not exist is refused", async () => {
    const orgId = await sealedOrganization();
    await expect(erase(orgId, 99)).rejects.toBeInstanceOf(NotFound);
  });

  it("of a record of erasing is refused", async () => {
    const orgId = await sealedOrganization();
    await erase(orgId, 1);
    await sealOrganization(log.pool, orgId);
    await expect(erase(orgId, 4)).rejects.toThrow(
      "The event at position 4 is a record of the audit: it stays.",
    );
  });

  it("repeated with its command id writes nothing more", async () => {
    const orgId = await sealedOrganization();
    const commandId = randomUUID();
    const first = await erase(orgId, 2, commandId);
    expect(await erase(orgId, 2, commandId)).toEqual({ ...first, repeated: true });
    expect(await log.store.readStream(orgId, `org-${orgId}`)).toHaveLength(1);
  });

  it("that was interrupted before its record is finished by repeating it", async () => {
    const orgId = await sealedOrganization();
    await log.pool.query(
      "select erase_payload($1, 2, leaf_of, 'first try') from (select substring(leaves from 33 for 32) as leaf_of from seals where org_id = $1) as s",
      [orgId],
    );
    await erase(orgId, 2);
    expect(await log.store.readStream(orgId, `org-${orgId}`)).toHaveLength(1);
    expect(await verifyLog(log.pool, { orgId })).toMatchObject([{ ok: true }]);
  });

  it("in one organization reaches no other", async () => {
    const one = await sealedOrganization();
    const other = await sealedOrganization();
    await erase(one, 2);
    expect(await dump(other)).toContain(CANARY);
  });
});

describe("the guards", () => {
  it("let nobody but the erasing function change an event, whatever settings he makes", async () => {
    const orgId = await sealedOrganization();
    const opened = `with s as (select set_config('pihordev.erasing', '${orgId} 2', true))`;
    const erasing = `${opened} update events set data = null, salt = '' from s where org_id = $1 and position = 2`;
    await expect(log.pool.query(erasing, [orgId])).rejects.toThrow("permission denied");
    await expect(
      log.database.query("update events set data = null where org_id = $1", [orgId]),
    ).rejects.toThrow("the log is append-only");
    const editing = `${opened} update events set data = '{}' from s where org_id = $1 and position = 2`;
    await expect(log.database.query(editing, [orgId])).rejects.toThrow("the log is append-only");
    expect(await dump(orgId)).toContain(CANARY);
  });

  it("keep erasing from the gateway", async () => {
    const rows = await log.database.query(
      "select has_function_privilege('gateway', 'erase_payload(uuid, bigint, bytea, text)', 'execute') as allowed",
    );
    expect(rows).toEqual([{ allowed: false }]);
  });
});
