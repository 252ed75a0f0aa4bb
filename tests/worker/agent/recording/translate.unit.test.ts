import { expect, test } from "vitest";
import { parseEventData } from "../../../../core/event-catalog.ts";
import { MAX_EVENT_BYTES } from "../../../../core/limits.ts";
import { type AgentEvent, translate } from "../../../../worker/agent/recording/translate.ts";

function translated(event: AgentEvent) {
  const events = translate(event);
  for (const { type, data } of events) {
    parseEventData(type, data);
    expect(JSON.stringify(data).length).toBeLessThan(MAX_EVENT_BYTES);
  }
  return events;
}

test("a call's long arguments are shortened, its short ones kept", () => {
  const [event] = translated({
    type: "tool_execution_start",
    toolCallId: "call_1",
    toolName: "write",
    args: { path: "a.txt", content: "x".repeat(100_000) },
  });
  expect(event?.data).toMatchObject({ toolCallId: "call_1", tool: "write", args: { path: "a.txt" } });
  expect(JSON.stringify(event).length).toBeLessThan(2_500);
});

test.each([
  null,
  "text",
  7,
  [1, 2],
  { deep: { list: Array.from({ length: 9_999 }, () => "y".repeat(900)) } },
  { "k\0": "\ud800" },
])("whatever a provider sends as arguments becomes an event that can be stored: %j", (args) => {
  const [event] = translated({
    type: "tool_execution_start",
    toolCallId: "",
    toolName: "t".repeat(5_000),
    args,
  });
  expect(event?.type).toBe("ToolCallStarted");
  expect(JSON.stringify(event)).not.toContain("\\u0000");
});

test("a call that no tool of ours saw is a failure with the library's text", () => {
  const result = { content: [{ type: "text", text: "Tool nope not found" }] };
  const [event] = translated({
    type: "tool_execution_end",
    toolCallId: "c",
    toolName: "nope",
    result,
    isError: true,
  });
  expect(event?.data).toMatchObject({
    isError: true,
    reason: "failed",
    output: "Tool nope not found",
    exitCode: null,
  });
});

test("what a tool reports goes into the event as it is", () => {
  const facts = {
    exitCode: 3,
    reason: "failed" as const,
    output: "o",
    outputBytes: 1,
    outputBlob: null,
    diff: null,
    durationMs: 12,
  };
  const event = { type: "tool_execution_end", toolCallId: "c", toolName: "bash", result: {}, isError: true };
  expect(translate(event, facts)).toEqual([
    { type: "ToolCallFinished", data: { toolCallId: "c", tool: "bash", isError: true, ...facts } },
  ]);
});

test("a retry is told to people", () => {
  const event = {
    type: "auto_retry_start",
    attempt: 1,
    maxAttempts: 3,
    delayMs: 1_000,
    errorMessage: "429 busy",
  };
  expect(translated(event)).toEqual([
    {
      type: "NoticeGiven",
      data: { text: "The model gave no usable answer (429 busy). Asking again in 1 s, 1 of 3." },
    },
  ]);
});

test("every other event is none of ours", () => {
  for (const type of ["agent_start", "message_update", "turn_end", "queue_update", "agent_settled"])
    expect(translate({ type })).toEqual([]);
});
