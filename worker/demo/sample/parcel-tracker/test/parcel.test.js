import assert from "node:assert/strict";
import { test } from "node:test";
import { makeParcel } from "../src/parcel.js";

const record = { id: "BER-1007", depot: "BER", service: "standard", sentAt: "2026-03-02T09:15:00Z" };

test("knows its depot", () => {
  assert.equal(makeParcel(record).depot.city, "Berlin");
});

test("refuses an unknown service", () => {
  assert.throws(() => makeParcel({ ...record, service: "pigeon" }), /Unknown service "pigeon"/);
});

test("refuses a time that is none", () => {
  assert.throws(() => makeParcel({ ...record, sentAt: "yesterday" }), /no valid time/);
});
