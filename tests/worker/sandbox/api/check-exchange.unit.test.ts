import { expect, test } from "vitest";
import { checkExchange, type Exchange } from "./check-exchange.ts";

const BOX = {
  id: "a",
  status: { state: "Running" },
  createdAt: "2026-01-01T00:00:00Z",
  entrypoint: ["tail"],
};
const exchange: Exchange = {
  api: "lifecycle",
  method: "GET",
  path: "/sandboxes/a",
  query: new URLSearchParams(),
  requestJson: undefined,
  status: 200,
  contentType: "application/json",
  answer: BOX,
};
const run = {
  ...exchange,
  api: "execd",
  method: "POST",
  path: "/command",
  requestJson: { command: "true" },
} as const;
const stream = { ...run, contentType: "text/event-stream", answer: [{ type: "init", text: "id" }] } as const;

test("what the documents say passes", () => {
  expect(checkExchange(exchange)).toEqual([]);
  expect(checkExchange(stream)).toEqual([]);
});

test.each<[string, Exchange]>([
  ["an answer without a required field", { ...exchange, answer: { ...BOX, createdAt: undefined } }],
  ["a date that is none", { ...exchange, answer: { ...BOX, createdAt: "yesterday" } }],
  ["an operation that is not there", { ...exchange, path: "/boxes" }],
  ["a status that is not there", { ...exchange, status: 418, answer: { code: "x", message: "y" } }],
  ["an error of another shape", { ...exchange, status: 404, answer: { error: "x" } }],
  ["a query that is not there", { ...exchange, query: new URLSearchParams("x=1") }],
  ["a request without its command", { ...stream, requestJson: { cwd: "/" } }],
  ["an event of an unknown type", { ...stream, answer: [{ type: "telegram" }] }],
])("%s is found", (_name, wrong) => {
  expect(checkExchange(wrong)).not.toEqual([]);
});
