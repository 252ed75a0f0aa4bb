import assert from "node:assert/strict";
import { test } from "node:test";
import { deliveryDate } from "../src/delivery-date.js";
import { makeParcel } from "../src/parcel.js";

function arrival(depot, service, sentAt) {
  return deliveryDate(makeParcel({ id: `${depot}-0001`, depot, service, sentAt }));
}

test("a standard parcel from Berlin takes three business days", () => {
  assert.equal(arrival("BER", "standard", "2026-03-02T09:15:00Z"), "2026-03-05");
});

test("an express parcel from Lisbon arrives on the next business day", () => {
  assert.equal(arrival("LIS", "express", "2026-03-03T16:40:00Z"), "2026-03-04");
});

test("a parcel sent on a Friday arrives after the weekend", () => {
  assert.equal(arrival("BER", "express", "2026-03-06T10:00:00Z"), "2026-03-09");
});
