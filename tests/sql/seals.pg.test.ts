import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Unavailable } from "../../core/errors.ts";
import type { NewEvent } from "../../core/event.ts";
import { canonicalText, type LeafRow, leafOf } from "../../sql/seal-leaf.ts";
import { sealOrganization } from "../../sql/seals.ts";
import { uuid } from "../support/given.ts";
import { openLog, renamed, type TestLog } from "../support/log/open-log.ts";

let log: TestLog;
beforeAll(async () => {
  log = await openLog();
});
afterAll(() => log.close());

type Seal = { from_position: number; to_position: number; seal: Buffer; leaves: Buffer };

async function seals(orgId: string): Promise<Seal[]> {
  const { rows } = await log.pool.query<Seal>(
    "select * from seals where org_id = $1 order by 1, to_position",
    [orgId],
  );
  return rows;
}

async function newOrganization(events: number): Promise<string> {
  const { orgId } = await log.database.addOrganization();
  const titles = Array.from({ length: events }, (_, index) => renamed(`title ${index}`));
  if (events > 0) await log.append(`task-${uuid(1)}`, titles, orgId);
  return orgId;
}

describe("sealOrganization", () => {
  it("seals everything there is, each seal over the one before it", async () => {
    const orgId = await newOrganization(3);
    expect(await sealOrganization(log.pool, orgId)).toEqual({ sealedTo: 3 });
    await log.append(`task-${uuid(1)}`, [renamed("four")], orgId);
    expect(await sealOrganization(log.pool, orgId)).toEqual({ sealedTo: 4 });
    const [first, second] = await seals(orgId);
    expect(first).toMatchObject({ from_position: 1, to_position: 3 });
    expect(second).toMatchObject({ from_position: 4, to_position: 4 });
    const chained = createHash("sha256")
      .update(first?.seal ?? "")
      .update(second?.leaves ?? "")
      .digest("hex");
    expect(second?.seal.toString("hex")).toBe(chained);
  });

  it("makes a new seal after a thousand events", async () => {
    const orgId = await newOrganization(1_000);
    await log.append(`task-${uuid(2)}`, [renamed("the 1001st")], orgId);
    expect(await sealOrganization(log.pool, orgId)).toEqual({ sealedTo: 1_001 });
    expect((await seals(orgId)).map((seal) => seal.to_position)).toEqual([1_000, 1_001]);
  });

  it("makes a new seal before large payloads fill the memory", async () => {
    const orgId = await newOrganization(0);
    for (let index = 0; index < 20; index += 1) {
      await log.append(`transcript-${uuid(4)}`, [output(900_000)], orgId);
    }
    expect(await sealOrganization(log.pool, orgId)).toEqual({ sealedTo: 20 });
    expect((await seals(orgId)).length).toBeGreaterThan(1);
  });

  it("of a log without events seals nothing", async () => {
    const orgId = await newOrganization(0);
    expect(await sealOrganization(log.pool, orgId)).toEqual({ sealedTo: 0 });
  });

  it("by many processes at once makes one chain", async () => {
    const orgId = await newOrganization(20);
    const all = Array.from({ length: 8 }, () => sealOrganization(log.pool, orgId));
    expect(await Promise.all(all)).toEqual(Array(8).fill({ sealedTo: 20 }));
    expect(await seals(orgId)).toHaveLength(1);
  });

  it("never seals over a hole", async () => {
    const orgId = await newOrganization(5);
    await log.tamper("delete from events where org_id = $1 and position = 3", [orgId]);
    await expect(sealOrganization(log.pool, orgId)).rejects.toThrow(
      `The log of organization ${orgId} has no event at position 3, so nothing from there on is sealed: run verify log.`,
    );
    await expect(sealOrganization(log.pool, orgId)).rejects.toBeInstanceOf(Unavailable);
    expect(await seals(orgId)).toEqual([]);
  });
});

describe("save_seal", () => {
  it("refuses a seal that does not cover the one before and its leaves", async () => {
    const orgId = await newOrganization(2);
    const save = (to: number, seal: Buffer) =>
      log.pool.query("select save_seal($1, 1, $2, $3, $4)", [orgId, to, seal, Buffer.alloc(32 * to)]);
    await expect(save(2, Buffer.alloc(32))).rejects.toThrow("does not cover its leaves");
    await expect(save(3, Buffer.alloc(32))).rejects.toThrow("nothing at position 3 to seal");
  });

  it("is for the worker: the gateway may not seal", async () => {
    const rows = await log.database.query<{ allowed: boolean }>(
      "select has_function_privilege('gateway', 'save_seal(uuid, bigint, bigint, bytea, bytea)', 'execute') as allowed",
    );
    expect(rows).toEqual([{ allowed: false }]);
  });
});

describe("a leaf", () => {
  const row: LeafRow = {
    org_id: uuid(1),
    position: 7,
    stream_name: `task-${uuid(2)}`,
    stream_version: 2,
    id: uuid(3),
    type: "TaskRenamed",
    schema_version: 1,
    data: { title: "Fix the date" },
    metadata: { actor: { kind: "system", id: "test" } },
    salt: Buffer.alloc(16, 1),
    occurred_at: "2026-01-02T03:04:05.006Z",
    recorded_at: "2026-01-02T03:04:05.007Z",
  };

  it("has a format that is never changed", () => {
    expect(leafOf(row).toString("hex")).toBe(
      "56c71352b82a6f2a1ad1027b6159b72b1b3b5cc37d98645f090ba83990173878",
    );
  });

  it("changes with every field of the event", () => {
    const changes: Partial<LeafRow>[] = [
      { org_id: uuid(9) },
      { position: 8 },
      { stream_name: `task-${uuid(9)}` },
      { stream_version: 3 },
      { id: uuid(9) },
      { type: "TaskCreated" },
      { schema_version: 2 },
      { data: { title: "Fix the time" } },
      { metadata: {} },
      { salt: Buffer.alloc(16, 2) },
      { occurred_at: "2026-01-02T03:04:05.005Z" },
      { recorded_at: "2026-01-02T03:04:05.008Z" },
    ];
    const leaves = [row, ...changes.map((change) => ({ ...row, ...change }))].map((one) =>
      leafOf(one).toString("hex"),
    );
    expect(new Set(leaves).size).toBe(Object.keys(row).length + 1);
  });

  it("does not depend on the order of keys, which jsonb changes", () => {
    expect(canonicalText({ b: 1, a: { d: 2, c: 3 } })).toBe('{"a":{"c":3,"d":2},"b":1}');
  });
});

/** A tool's output that does not compress. */
function output(length: number): NewEvent {
  const text = randomBytes(length / 2)
    .toString("base64")
    .slice(0, length / 2);
  const data = {
    toolCallId: "a",
    tool: "bash",
    isError: false,
    exitCode: 0,
    reason: "done",
    outputBytes: length,
  };
  return {
    type: "ToolCallFinished",
    data: { ...data, output: text + text, outputBlob: null, diff: null, durationMs: 1 },
  };
}
