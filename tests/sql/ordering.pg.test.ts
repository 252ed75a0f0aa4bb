import { afterAll, beforeAll, expect, test } from "vitest";
import { type OrderingOptions, runOrdering } from "../bench/ordering/harness.ts";
import { makeTestDatabase, type TestDatabase } from "../support/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await makeTestDatabase();
});
afterAll(() => database.drop());

function options(design: OrderingOptions["design"]): OrderingOptions {
  const { adminUrl, workerUrl } = database;
  return {
    adminUrl,
    workerUrl,
    design,
    writers: 4,
    events: 5_000,
    logs: design === "log" ? 5 : 1,
    callers: 8,
  };
}

test("a reader that asks for what comes after its position loses nothing of the log", async () => {
  const result = await runOrdering(options("log"));
  expect(result).toMatchObject({ lost: 0, outOfOrder: 0, missing: 0, gaps: 0, killed: true });
  expect(result.delivered).toBe(result.stored);
  expect(result.acknowledged).toBeGreaterThan(4_000);
}, 90_000);

test("the same reader on a plain sequence does lose events, so the harness can see a loss", async () => {
  const result = await runOrdering(options("sequence"));
  expect(result.lost).toBeGreaterThan(0);
}, 90_000);
