import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sealOrganization } from "../../sql/seals.ts";
import { readHeads, verifyLog } from "../../sql/verify-log.ts";
import { uuid } from "../support/given.ts";
import { openLog, renamed, type TestLog } from "../support/log/open-log.ts";

let log: TestLog;
beforeAll(async () => {
  log = await openLog();
});
afterAll(() => log.close());

/** An organization with six sealed events in two seals (1-4, 5-6), and one that is not sealed yet. */
async function sealedOrganization(): Promise<string> {
  const { orgId } = await log.database.addOrganization();
  for (const amount of [4, 2]) {
    const events = Array.from({ length: amount }, (_, index) => renamed(`title ${index}`));
    await log.append(`task-${uuid(1)}`, events, orgId);
    await sealOrganization(log.pool, orgId);
  }
  await log.append(`task-${uuid(1)}`, [renamed("not sealed")], orgId);
  return orgId;
}

async function verdictOf(orgId: string, heads: Awaited<ReturnType<typeof readHeads>> = []) {
  const [verdict] = await verifyLog(log.pool, { orgId, heads });
  return verdict;
}

describe("verifyLog", () => {
  it("finds a log that nobody has touched in good order", async () => {
    const orgId = await sealedOrganization();
    expect(await verdictOf(orgId)).toEqual({ orgId, ok: true, events: 7, sealedTo: 6 });
  });

  it("of an organization without a log finds nothing", async () => {
    const orgId = uuid(77);
    expect(await verdictOf(orgId)).toEqual({ orgId, ok: true, events: 0, sealedTo: 0 });
  });

  const changed = (position: number) => `The event at position ${position} is not the one that was sealed.`;
  it.each([
    ["data", `data = '{"title":"other"}'`],
    ["metadata", `metadata = jsonb_set(metadata, '{actor,id}', '"other"')`],
    ["type", "type = 'TaskCreated'"],
    ["schema version", "schema_version = 2"],
    ["id", "id = gen_random_uuid()"],
    ["stream", `stream_name = 'task-${uuid(9)}'`],
    ["version", "stream_version = 99"],
    ["time of recording", "recorded_at = recorded_at - interval '1 ms'"],
    ["time of occurring", "occurred_at = occurred_at + interval '1 ms'"],
    ["salt", `salt = decode(repeat('00', 16), 'hex')`],
    ["data, to something that no append writes,", `data = '1e400'`],
  ])("names the position whose %s was edited", async (_field, assignment) => {
    const orgId = await sealedOrganization();
    await log.tamper(`update events set ${assignment} where org_id = $1 and position = 3`, [orgId]);
    expect(await verdictOf(orgId)).toEqual({
      ...{ orgId, ok: false, position: 3, reason: changed(3), events: 2, sealedTo: 0 },
    });
  });

  it("names the position of a row that was deleted", async () => {
    const orgId = await sealedOrganization();
    await log.tamper("delete from events where org_id = $1 and position = 6", [orgId]);
    const reason = "The event at position 6 is missing.";
    expect(await verdictOf(orgId)).toEqual({ orgId, ok: false, position: 6, reason, events: 5, sealedTo: 4 });
  });

  it("names the first of two positions that were swapped", async () => {
    const orgId = await sealedOrganization();
    await log.tamper("update events set position = position + 100 where org_id = $1 and position in (2, 5)", [
      orgId,
    ]);
    await log.tamper("update events set position = 107 - position where org_id = $1 and position > 100", [
      orgId,
    ]);
    expect(await verdictOf(orgId)).toMatchObject({ ok: false, position: 2, reason: changed(2) });
  });

  it("names a hole in what is not sealed yet", async () => {
    const orgId = await sealedOrganization();
    await log.append(`task-${uuid(1)}`, [renamed("eight"), renamed("nine")], orgId);
    await log.tamper("delete from events where org_id = $1 and position = 8", [orgId]);
    const reason = "The event at position 8 is missing.";
    expect(await verdictOf(orgId)).toEqual({ orgId, ok: false, position: 8, reason, events: 7, sealedTo: 6 });
  });

  it("sees a payload that was removed without the erasing function", async () => {
    const orgId = await sealedOrganization();
    await log.tamper("update events set data = null where org_id = $1 and position = 2", [orgId]);
    const reason = "The payload at position 2 is gone, and no erasing was recorded.";
    expect(await verdictOf(orgId)).toMatchObject({ ok: false, position: 2, reason });
  });

  it("sees a seal that was changed, and one that is missing", async () => {
    const edited = await sealedOrganization();
    await log.tamper("update seals set seal = sha256(seal) where org_id = $1 and to_position = 6", [edited]);
    const reason = "The seal over positions 5 to 6 was changed.";
    expect(await verdictOf(edited)).toMatchObject({ ok: false, position: 5, reason });
    const removed = await sealedOrganization();
    await log.tamper("delete from seals where org_id = $1 and to_position = 4", [removed]);
    expect(await verdictOf(removed)).toMatchObject({
      ...{ ok: false, position: 1, reason: "The seal over position 1 is missing." },
    });
  });

  it("sees an event that was changed together with its leaf: the seal covers both", async () => {
    const orgId = await sealedOrganization();
    const other = await sealedOrganization();
    await log.tamper(
      "update seals set leaves = (select leaves from seals where org_id = $2 and to_position = 4) where org_id = $1 and to_position = 4",
      [orgId, other],
    );
    await log.tamper("delete from events where org_id = $1 and position <= 4", [orgId]);
    await log.tamper("update events set org_id = $1 where org_id = $2 and position <= 4", [orgId, other]);
    expect(await verdictOf(orgId)).toMatchObject({ ok: false, position: 1 });
  });

  it("checks all organizations, and the others go on when one is broken", async () => {
    const broken = await sealedOrganization();
    const sound = await sealedOrganization();
    await log.tamper("delete from events where org_id = $1 and position = 1", [broken]);
    const verdicts = new Map((await verifyLog(log.pool)).map((verdict) => [verdict.orgId, verdict]));
    expect(verdicts.get(broken)).toMatchObject({ ok: false, position: 1 });
    expect(verdicts.get(sound)).toMatchObject({ ok: true, events: 7 });
  });
});

describe("against heads that were kept outside", () => {
  it("a log that has only grown is in good order", async () => {
    const orgId = await sealedOrganization();
    const heads = await readHeads(log.pool, orgId);
    expect(heads).toEqual([{ orgId, position: 6, seal: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    await sealOrganization(log.pool, orgId);
    expect(await verdictOf(orgId, heads)).toMatchObject({ ok: true, events: 7, sealedTo: 7 });
  });

  it("a tail that was cut with its seals shows, and without heads it does not", async () => {
    const orgId = await sealedOrganization();
    const heads = await readHeads(log.pool, orgId);
    await log.tamper("delete from events where org_id = $1 and position > 4", [orgId]);
    await log.tamper("delete from seals where org_id = $1 and to_position > 4", [orgId]);
    expect(await verdictOf(orgId)).toMatchObject({ ok: true, events: 4 });
    const reason = "The log was cut: the head names position 6, the seals end at 4.";
    expect(await verdictOf(orgId, heads)).toMatchObject({ ok: false, position: 5, reason });
  });

  it("a log that was rewritten with new seals shows, and without heads it does not", async () => {
    const orgId = await sealedOrganization();
    const heads = await readHeads(log.pool, orgId);
    await log.tamper(`update events set data = '{"title":"never said"}' where org_id = $1 and position = 2`, [
      orgId,
    ]);
    await log.tamper("delete from seals where org_id = $1", [orgId]);
    await sealOrganization(log.pool, orgId);
    expect(await verdictOf(orgId)).toMatchObject({ ok: true });
    const reason = "The log was rewritten: the seal at position 6 is not the one that the head names.";
    expect(await verdictOf(orgId, heads)).toMatchObject({ ok: false, position: 6, reason });
  });

  it("an organization that is gone with everything shows", async () => {
    const orgId = await sealedOrganization();
    const heads = await readHeads(log.pool, orgId);
    await log.tamper("delete from events where org_id = $1", [orgId]);
    await log.tamper("delete from seals where org_id = $1", [orgId]);
    const verdicts = await verifyLog(log.pool, { heads });
    expect(verdicts.find((verdict) => verdict.orgId === orgId)).toMatchObject({ ok: false, position: 1 });
  });
});
