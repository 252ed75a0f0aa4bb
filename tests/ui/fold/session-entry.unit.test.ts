import { describe, expect, test } from "vitest";
import { readEntry } from "../../../ui/fold/session-entry.ts";

const message = (value: object) => ({ type: "message", id: "1", message: value });

describe("entries of the session", () => {
  test("an answer gives its text, thinking and calls", () => {
    const content = [
      { type: "thinking", thinking: "Hm" },
      { type: "text", text: "One" },
      { type: "text", text: "Two" },
      { type: "toolCall", id: "c", name: "bash", arguments: { command: "ls" } },
    ];
    expect(readEntry(message({ role: "assistant", content }))).toEqual({
      kind: "assistant",
      text: "One\n\nTwo",
      thinking: "Hm",
      calls: [{ id: "c", name: "bash", args: { command: "ls" } }],
      error: null,
    });
  });

  test("a failed answer gives its reason", () => {
    expect(
      readEntry(message({ role: "assistant", content: [], stopReason: "error", errorMessage: "529" })),
    ).toMatchObject({ error: "529" });
  });

  test.each([
    ["text", "Hello", "Hello"],
    [
      "parts",
      [
        { type: "text", text: "Hello" },
        { type: "image", data: "x" },
      ],
      "Hello",
    ],
  ])("a person's message as %s", (_name, content, text) => {
    expect(readEntry(message({ role: "user", content }))).toEqual({ kind: "user", text });
  });

  test.each([
    [
      { type: "compaction", summary: "Short" },
      { kind: "compaction", summary: "Short" },
    ],
    [
      { type: "model_change", provider: "demo", modelId: "rehearsal" },
      { kind: "model", model: "demo/rehearsal" },
    ],
    [{ type: "custom", data: {} }, { kind: "silent" }],
    [{ type: "custom_message", content: "x", display: false }, { kind: "silent" }],
    [
      { type: "custom_message", content: "x", display: true },
      { kind: "user", text: "x" },
    ],
    [{ type: "brand_new" }, { kind: "other", type: "brand_new" }],
    [{}, { kind: "other", type: "unknown" }],
    [message({ role: "robot" }), { kind: "other", type: "message robot" }],
  ])("%j", (entry, expected) => {
    expect(readEntry(entry)).toEqual(expected);
  });
});
