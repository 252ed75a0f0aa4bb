import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { KnownEvent } from "../../../core/event-catalog.ts";
import { treeOf } from "../processes.ts";
import type { RunHarness } from "./run-harness.ts";
import { bash, turnsScript } from "./scripts.ts";

/** What a failed run must say: one sentence for a person, and why. */
export function expectFailure(event: KnownEvent, code: string, message: RegExp): void {
  expect(event.type).toBe("RunFailed");
  if (event.type !== "RunFailed") return;
  expect(event.data.code).toBe(code);
  expect(event.data.message).toMatch(message);
  expect(event.data.message).not.toMatch(/\n| {4}at /);
}

/** Tool results of a run in order. */
export function toolResults(events: readonly KnownEvent[]) {
  return events.flatMap((event) => (event.type === "ToolCallFinished" ? [event.data] : []));
}

/**
 * After whatever went wrong: the next run of the same process works, and no box, mount, process or temporary file
 * is left over.
 */
export async function expectHealthy(harness: RunHarness, repository: string): Promise<void> {
  harness.play(turnsScript([bash("echo healthy > healthy.txt && cat healthy.txt")]));
  const { end, events } = await harness.runTask({ repo: repository, text: "Be well." });
  expect(end.type).toBe("RunCompleted");
  expect(toolResults(events).map(({ output }) => output.trim())).toEqual(["healthy"]);
  expect(await harness.leftovers()).toEqual({ sandboxes: 0, files: [] });
  expect(readFileSync("/proc/mounts", "utf8")).not.toContain(`${harness.dataFolder}/sandbox`);
  expect(boxProcesses(harness)).toEqual([]);
}

/** Processes below the sandbox server: each would be a box's. */
function boxProcesses({ server }: RunHarness): number[] {
  return treeOf(server.pid)
    .map(({ pid }) => pid)
    .filter((pid) => pid !== server.pid);
}
