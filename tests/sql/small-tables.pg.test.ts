import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Model } from "../../core/api.ts";
import { lockCheckpoint, markCheckpointFailed, saveCheckpoint } from "../../sql/checkpoints.ts";
import { makeDatabase, makePool } from "../../sql/database.ts";
import { localOwner } from "../../sql/local-owner.ts";
import { listModels, saveModels } from "../../sql/models-table.ts";
import { errorOf } from "../support/appends.ts";
import { makeTestDatabase, type TestDatabase } from "../support/postgres.ts";

let database: TestDatabase;
let gateway: pg.Pool;
let worker: pg.Pool;
beforeAll(async () => {
  database = await makeTestDatabase();
  gateway = makePool(database.gatewayUrl);
  worker = makePool(database.workerUrl);
});
afterAll(async () => {
  await gateway.end();
  await worker.end();
  await database.drop();
});

function model(ref: string): Model {
  const price = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };
  const [provider = ""] = ref.split("/");
  return {
    ref,
    name: ref,
    provider,
    scripted: false,
    available: true,
    reasoning: false,
    contextWindow: 1,
    price,
  };
}

test("the local owner is told to gateway and worker alike", async () => {
  const owner = await localOwner(gateway);
  expect(owner).toMatchObject({ orgId: database.orgId, personId: database.personId, slug: "local" });
  expect(await localOwner(worker)).toEqual(owner);
});

test("an organization always keeps an owner, and ownership can be handed over in one transaction", async () => {
  const { orgId, personId } = await database.addOrganization();
  const heir = await database.addPerson(orgId, "member");
  const setRole = `update auth.member set role = $3 where "organizationId" = $1 and "userId" = $2`;
  const error = await errorOf(database.query(setRole, [orgId, personId, "member"]));
  expect(error.message).toContain("would have no owner");
  await database.query(
    `update auth.member set role = case "userId" when $2 then 'owner' else 'member' end where "organizationId" = $1`,
    [orgId, heir],
  );
  await database.query("delete from auth.organization where id = $1", [orgId]);
});

test("the catalogue is empty before a worker has started, then what it saved, in order", async () => {
  expect(await listModels(gateway)).toEqual({ defaultModel: "", models: [] });
  await saveModels(worker, [model("b/1"), model("a/1")], "a/1");
  expect(await listModels(gateway)).toEqual({ defaultModel: "a/1", models: [model("b/1"), model("a/1")] });
  await saveModels(worker, [model("a/1"), model("c/1")], "c/1");
  expect(await listModels(gateway)).toEqual({ defaultModel: "c/1", models: [model("a/1"), model("c/1")] });
});

test("workers that start at once save the catalogue one after the other", async () => {
  await Promise.all(
    Array.from({ length: 6 }, (_, i) => saveModels(worker, [model(`a/${i}`), model("x/1")], "x/1")),
  );
  expect((await listModels(gateway)).models).toHaveLength(2);
});

test("a checkpoint starts at 0, moves, and remembers why a projection stopped", async () => {
  const { orgId } = await database.addOrganization();
  const client = await worker.connect();
  expect(await lockCheckpoint(client, orgId, "p")).toBe(0);
  await saveCheckpoint(client, { orgId, projection: "p", position: 7, version: 2 });
  expect(await lockCheckpoint(client, orgId, "p")).toBe(7);
  client.release();
  await markCheckpointFailed(worker, { orgId, projection: "p", error: "met an unknown type" });
  const rows = () =>
    worker.query("select position, version, error from checkpoints where org_id = $1", [orgId]);
  expect((await rows()).rows).toEqual([{ position: 7, version: 2, error: "met an unknown type" }]);
});

test("two who fold the same projection take turns, and the second sees how far the first came", async () => {
  const { orgId } = await database.addOrganization();
  const [first, second] = [await worker.connect(), await worker.connect()];
  for (const client of [first, second]) await client.query("begin");
  await lockCheckpoint(first, orgId, "p");
  const waiting = lockCheckpoint(second, orgId, "p");
  await saveCheckpoint(first, { orgId, projection: "p", position: 5, version: 1 });
  await first.query("commit");
  expect(await waiting).toBe(5);
  await second.query("rollback");
  for (const client of [first, second]) client.release();
});

test("large numbers are numbers, and one that would be rounded is refused", async () => {
  const { rows } = await worker.query("select 9007199254740991::int8 as n");
  expect(rows).toEqual([{ n: Number.MAX_SAFE_INTEGER }]);
  expect((await errorOf(worker.query("select 9007199254740993::int8"))).message).toContain("beyond 2^53");
});

test("typed queries go through the same pool", async () => {
  const rows = await makeDatabase(worker)
    .selectFrom("checkpoints")
    .select("position")
    .where("projection", "=", "none")
    .execute();
  expect(rows).toEqual([]);
});
