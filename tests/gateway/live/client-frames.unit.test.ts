import { expect, test } from "vitest";
import { BadInput } from "../../../core/errors.ts";
import { commandOf, parseClientFrame } from "../../../gateway/live/client-frames.ts";

const commandId = "00000000-0000-4000-8000-000000000001";
const runId = "00000000-0000-4000-8000-000000000002";

test("reads a frame", () => {
  const frame = parseClientFrame(JSON.stringify({ type: "subscribe", subscription: "log", after: 3 }), false);
  expect(frame).toEqual({ type: "subscribe", subscription: "log", after: 3 });
});

test.each([
  ["no JSON", "hello"],
  ["half of JSON", '{"type":'],
  ["nothing", ""],
  ["another shape", "[]"],
  ["an unknown type", '{"type":"reboot"}'],
  ["a field too many", '{"type":"unsubscribe","subscription":"a","now":true}'],
  ["a position below zero", '{"type":"subscribe","subscription":"a","after":-1}'],
  ["a NUL", '{"type":"unsubscribe","subscription":"a\\u0000"}'],
  ["half a character", '{"type":"unsubscribe","subscription":"\\ud800"}'],
])("refuses %s", (_what, text) => {
  expect(() => parseClientFrame(text, false)).toThrow(BadInput);
});

test("refuses a binary frame", () => {
  expect(() => parseClientFrame(Buffer.from("{}"), true)).toThrow(BadInput);
});

test("steering and aborting are the commands of the same name", () => {
  expect(commandOf({ type: "steer", commandId, runId, text: "left" })).toEqual({
    type: "SteerRun",
    data: { runId, messageId: commandId, text: "left" },
  });
  expect(commandOf({ type: "abort", commandId, runId, reason: "" })).toEqual({
    type: "AbortRun",
    data: { runId, reason: "" },
  });
});
