import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestDatabase, type TestDatabase } from "../support/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await makeTestDatabase();
});
afterAll(() => database.drop());

test("the migration makes one local organization with its owner", async () => {
  const rows = await database.query("select * from local_owner()");
  expect(rows).toHaveLength(1);
});
