import { expect, test } from "vitest";
import { applyEvents } from "../../../ui/apply-event.ts";
import { emptyView } from "../../../ui/fold/run-view.ts";
import { checkList } from "../../../ui/run-state/checks.ts";
import { makeCheckedRecorder, toolFinished } from "../support/recorded.ts";

test("of each check the last run counts, and edits after it make it stale", () => {
  const e = makeCheckedRecorder();
  const ran = (id: string, command: string, exitCode: number) => [
    e("ToolCallStarted", { toolCallId: id, tool: "bash", args: { command } }),
    e("ToolCallFinished", toolFinished(id, "bash", { exitCode })),
  ];
  const view = applyEvents(emptyView, [
    ...ran("1", "bun test", 1),
    ...ran("2", "bunx tsc", 0),
    ...ran("3", "ls", 0),
    e("ToolCallStarted", { toolCallId: "4", tool: "edit", args: { path: "a" } }),
    e("ToolCallFinished", toolFinished("4", "edit")),
    ...ran("5", "bun test", 0),
  ]);
  const { checks, others } = checkList(view);
  expect(checks.map(({ name, stale, card }) => [name, stale, card.call.exitCode])).toEqual([
    ["bunx tsc", true, 0],
    ["bun test", false, 0],
  ]);
  expect(others.map(({ name }) => name)).toEqual(["ls"]);
});
