import assert from "node:assert/strict";
import { test } from "node:test";
import { addBusinessDays } from "../src/business-days.js";

test("counts days within a week", () => {
  assert.equal(addBusinessDays("2026-03-02", 3), "2026-03-05");
});

test("leaves the weekend out", () => {
  assert.equal(addBusinessDays("2026-03-06", 1), "2026-03-09");
});

test("goes over the end of a month", () => {
  assert.equal(addBusinessDays("2026-03-31", 2), "2026-04-02");
});
