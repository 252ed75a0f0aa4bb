import { describe, expect, test } from "vitest";
import { applyEvents } from "../../../ui/apply-event.ts";
import { emptyView } from "../../../ui/fold/run-view.ts";
import { kindsOf as kinds, only } from "../support/cards-of.ts";
import { entry, makeCheckedRecorder, toolFinished } from "../support/recorded.ts";

const fold = (...events: Parameters<typeof applyEvents>[1]) => applyEvents(emptyView, events);

describe("tools", () => {
  test("consecutive looks around are one card, and what comes between parts them", () => {
    const e = makeCheckedRecorder();
    const start = (id: string, tool: string) =>
      e("ToolCallStarted", { toolCallId: id, tool, args: { path: id } });
    const view = fold(
      start("1", "read"),
      start("2", "ls"),
      start("3", "bash"),
      start("4", "find"),
      start("5", "read"),
    );
    expect(kinds(view)).toEqual(["reads", "command", "reads"]);
    expect(only(view, "reads").map(({ calls }) => calls.map((call) => call.toolCallId))).toEqual([
      ["1", "2"],
      ["4", "5"],
    ]);
  });

  test("a result finds its call in a joined card", () => {
    const e = makeCheckedRecorder();
    const view = fold(
      e("ToolCallStarted", { toolCallId: "1", tool: "read", args: {} }),
      e("ToolCallStarted", { toolCallId: "2", tool: "read", args: {} }),
      e(
        "ToolCallFinished",
        toolFinished("1", "read", { isError: true, reason: "failed", output: "no such file" }),
      ),
    );
    expect(only(view, "reads")[0]?.calls.map(({ state }) => state)).toEqual(["failed", "running"]);
  });

  test("the session's own result counts only until ours is there", () => {
    const e = makeCheckedRecorder();
    const result = entry("r", {
      role: "toolResult",
      toolCallId: "1",
      content: [{ type: "text", text: "short" }],
    });
    const started = e("ToolCallStarted", { toolCallId: "1", tool: "bash", args: { command: "ls" } });
    const before = fold(started, e("SessionEntryRecorded", result));
    expect(only(before, "command")[0]?.call).toMatchObject({
      state: "done",
      output: "short",
      exitCode: null,
    });
    const after = applyEvents(before, [
      e("ToolCallFinished", toolFinished("1", "bash", { exitCode: 2, output: "whole" })),
    ]);
    expect(only(after, "command")[0]?.call).toMatchObject({ exitCode: 2, output: "whole" });
    const again = applyEvents(after, [e("SessionEntryRecorded", result)]);
    expect(only(again, "command")[0]?.call).toMatchObject({ exitCode: 2, output: "whole" });
  });

  test("an id that a provider uses again begins another card", () => {
    const e = makeCheckedRecorder();
    const view = fold(
      e("ToolCallStarted", { toolCallId: "call_0", tool: "bash", args: { command: "one" } }),
      e("ToolCallFinished", toolFinished("call_0", "bash", { exitCode: 0 })),
      e("ToolCallStarted", { toolCallId: "call_0", tool: "bash", args: { command: "two" } }),
      e("ToolCallFinished", toolFinished("call_0", "bash", { exitCode: 1 })),
    );
    expect(only(view, "command").map(({ call }) => [call.args.command, call.exitCode])).toEqual([
      ["one", 0],
      ["two", 1],
    ]);
  });

  test("a finish without a start still shows", () => {
    const e = makeCheckedRecorder();
    const view = fold(e("ToolCallFinished", toolFinished("9", "bash", { exitCode: 3 })));
    expect(only(view, "command")[0]?.call).toMatchObject({ exitCode: 3, state: "done" });
  });

  test("a tool nobody knows has a card of its own", () => {
    const e = makeCheckedRecorder();
    expect(kinds(fold(e("ToolCallStarted", { toolCallId: "1", tool: "dance", args: {} })))).toEqual(["tool"]);
  });

  test("only a finished edit makes checks stale", () => {
    const e = makeCheckedRecorder();
    const started = fold(e("ToolCallStarted", { toolCallId: "1", tool: "edit", args: {} }));
    expect(started.facts.lastEditPosition).toBe(0);
    const failed = applyEvents(started, [
      e("ToolCallFinished", toolFinished("1", "edit", { isError: true, reason: "failed" })),
    ]);
    expect(failed.facts.lastEditPosition).toBe(0);
    const done = applyEvents(failed, [e("ToolCallFinished", toolFinished("2", "write"))]);
    expect(done.facts.lastEditPosition).toBe(3);
  });
});
