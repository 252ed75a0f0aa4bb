import { cleanup, fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { createRoot } from "solid-js";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Composer } from "../../../ui/run/Composer.tsx";
import { RunContext, type RunPageData } from "../../../ui/run-state/run-context.tsx";
import type { Steers } from "../../../ui/run-state/steers.ts";
import { createRunStore } from "../../../ui/store.ts";
import { createTestApp, InApp } from "../support/page-app.tsx";
import { RUN_ID } from "../support/recorded.ts";

let dispose: (() => void) | null = null;
beforeEach(() => {
  // jsdom has no screen to measure.
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  localStorage.clear();
});
afterEach(() => {
  cleanup();
  dispose?.();
  vi.unstubAllGlobals();
});

/** The composer of a running run; `send` stands for the server's answer to a message. */
function show(send: Steers["send"]) {
  const { app, run } = createRoot((end) => {
    dispose = end;
    const app = createTestApp();
    const nothing = () => null;
    const run: RunPageData = {
      runId: RUN_ID,
      store: createRunStore(app.tail, RUN_ID),
      task: nothing,
      project: nothing,
      summary: nothing,
      status: () => "running",
      changes: {
        files: () => [],
        from: () => "edits",
        additions: () => 0,
        deletions: () => 0,
        loading: () => false,
        error: () => undefined,
        retry: () => {},
      },
      checks: () => ({ checks: [], others: [] }),
      steers: { pending: () => [], send },
    };
    return { app, run };
  });
  render(() => (
    <InApp app={app}>
      <RunContext.Provider value={run}>
        <Composer />
      </RunContext.Provider>
    </InApp>
  ));
  const field = screen.getByRole("textbox", { name: "Message to the agent" });
  if (!(field instanceof HTMLTextAreaElement)) throw new Error("The field is no text area.");
  return field;
}

test("Enter sends and empties the box, Shift and Enter does not", async () => {
  const sent: string[] = [];
  const field = show(async (text) => {
    sent.push(text);
    return null;
  });
  fireEvent.input(field, { target: { value: "  Write a test first  " } });
  fireEvent.keyDown(field, { key: "Enter", shiftKey: true });
  expect(sent).toEqual([]);
  fireEvent.keyDown(field, { key: "Enter" });
  expect(sent).toEqual(["Write a test first"]);
  expect(field.value).toBe("");
});

test("nothing is sent without a word", () => {
  const sent: string[] = [];
  const field = show(async (text) => {
    sent.push(text);
    return null;
  });
  fireEvent.input(field, { target: { value: " \n " } });
  fireEvent.keyDown(field, { key: "Enter" });
  expect(sent).toEqual([]);
});

test("a refused message comes back with its reason, before what was written since", async () => {
  let refuse: (reason: string) => void = () => {};
  const field = show(
    () =>
      new Promise((resolve) => {
        refuse = resolve;
      }),
  );
  fireEvent.input(field, { target: { value: "First" } });
  fireEvent.keyDown(field, { key: "Enter" });
  fireEvent.input(field, { target: { value: "Second" } });
  refuse("The run has ended.");
  await waitFor(() => expect(screen.getByRole("alert").textContent).toBe("The run has ended."));
  expect(field.value).toBe("First\nSecond");
});

test("a message that is too long stays in the box", () => {
  const sent: string[] = [];
  const field = show(async (text) => {
    sent.push(text);
    return null;
  });
  fireEvent.input(field, { target: { value: "x".repeat(32_001) } });
  fireEvent.keyDown(field, { key: "Enter" });
  expect(sent).toEqual([]);
  expect(screen.getByRole("alert").textContent).toBe("A message has at most 32,000 characters.");
  expect(field.value).toHaveLength(32_001);
});

test("a draft outlives the page", () => {
  fireEvent.input(
    show(async () => null),
    { target: { value: "Half a thought" } },
  );
  cleanup();
  dispose?.();
  expect(show(async () => null).value).toBe("Half a thought");
});
