import { cleanup, fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { createRoot, createSignal, For, Show } from "solid-js";
import { afterEach, describe, expect, test } from "vitest";
import type { RecordedEvent } from "../../../core/event.ts";
import { applyEvents, applyPieces } from "../../../ui/apply-event.ts";
import { CardRow } from "../../../ui/cards/CardRow.tsx";
import { emptyView, type RunView } from "../../../ui/fold/run-view.ts";
import { aRun } from "../support/a-run.ts";
import { createTestApp, InApp, startApiServer } from "../support/page-app.tsx";
import { makeRecorder, RUN_ID, toolFinished, uuid } from "../support/recorded.ts";

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  cleanup();
  for (const end of ends.splice(0)) await end();
});

function show(view: () => RunView, origin?: string) {
  const app = createRoot((dispose) => {
    ends.push(dispose);
    return createTestApp(origin ? { origin } : {});
  });
  ends.push(() => app.tail.close());
  return render(() => (
    <InApp app={app}>
      <For each={view().order}>
        {(id, place) => (
          <Show when={view().cards.get(id)}>
            {(card) => <CardRow card={card()} runId={RUN_ID} place={place()} total={view().order.length} />}
          </Show>
        )}
      </For>
    </InApp>
  ));
}

const fold = (...events: RecordedEvent[]) => applyEvents(emptyView, events);

describe("a card", () => {
  test("every card of a run can be drawn, as an article with its place", () => {
    const view = applyEvents(emptyView, aRun());
    show(() => view);
    const articles = screen.getAllByRole("article");
    expect(articles).toHaveLength(view.order.length);
    expect(articles[2]?.getAttribute("aria-posinset")).toBe("3");
    expect(articles[2]?.getAttribute("aria-setsize")).toBe(String(view.order.length));
  });

  test("a command that went well is folded, one that failed stands open", async () => {
    const e = makeRecorder();
    const view = fold(
      e("ToolCallStarted", { toolCallId: "1", tool: "bash", args: { command: "bun test" } }),
      e(
        "ToolCallFinished",
        toolFinished("1", "bash", { exitCode: 0, output: "all is well", durationMs: 4_200 }),
      ),
      e("ToolCallStarted", { toolCallId: "2", tool: "bash", args: { command: "bun lint" } }),
      e("ToolCallFinished", toolFinished("2", "bash", { exitCode: 2, output: "not so well" })),
    );
    show(() => view);
    expect(screen.getByText("Exit 0 in 4.2 s")).toBeTruthy();
    expect(screen.getByText("Exit 2 in 5 ms")).toBeTruthy();
    expect(screen.queryByText("all is well")).toBeNull();
    expect(screen.getByText("not so well")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "bun test" }));
    expect(screen.getByText("all is well")).toBeTruthy();
  });

  test("a command that has said nothing yet is one line that says so", () => {
    const e = makeRecorder();
    show(() => fold(e("ToolCallStarted", { toolCallId: "1", tool: "bash", args: { command: "bun test" } })));
    expect(screen.getByText("No output yet").tagName).toBe("P");
    expect(document.querySelector("pre")).toBeNull();
  });

  test("looks around are one line that says how many", () => {
    const e = makeRecorder();
    const read = (id: string) =>
      e("ToolCallStarted", {
        toolCallId: id,
        tool: "read",
        args: { path: `/workspace/repo/src/web/${id}.ts` },
      });
    const view = fold(
      read("a"),
      read("b"),
      e("ToolCallStarted", { toolCallId: "c", tool: "grep", args: { pattern: "x" } }),
    );
    show(() => view);
    const line = screen.getByRole("button", { expanded: false });
    expect(line.textContent?.replace(/\s+/g, " ")).toContain("Read 2 files in src/web Ran 1 search");
    fireEvent.click(line);
    expect(screen.getByText("src/web/b.ts")).toBeTruthy();
  });

  test("an edit shows its first changed lines", () => {
    const e = makeRecorder();
    const diff = "--- a/x.txt\n+++ b/x.txt\n@@ -1,2 +1,2 @@\n same\n-old\n+new\n";
    const view = fold(
      e("ToolCallStarted", { toolCallId: "1", tool: "edit", args: { path: "/workspace/repo/x.txt" } }),
      e("ToolCallFinished", toolFinished("1", "edit", { diff })),
    );
    show(() => view);
    expect(screen.getByText("x.txt")).toBeTruthy();
    expect(screen.getByText("+1")).toBeTruthy();
    expect(screen.getByText("new")).toBeTruthy();
    // Before and after in columns of their own, as in the tab of changes.
    const numbers = (text: string) =>
      [...(screen.getByText(text).parentElement?.children ?? [])].slice(0, 2).map((cell) => cell.textContent);
    expect([numbers("same"), numbers("old"), numbers("new")]).toEqual([
      ["1", "1"],
      ["2", ""],
      ["", "2"],
    ]);
  });

  test("what nobody knows is a gray line with its type", () => {
    const e = makeRecorder();
    const view = fold(e("BrandNew", {}), e("RunSteered", null));
    show(() => view);
    expect(screen.getByText("An event that this page does not know: BrandNew")).toBeTruthy();
    expect(screen.getByText(/Removed on request/)).toBeTruthy();
  });

  test("a text that is being written keeps its elements when the stored one takes its place", () => {
    const e = makeRecorder();
    const piece = { messageId: "m", part: "text" as const, offset: 0, text: "First.\n\nSecond.\n\nThi" };
    const [view, setView] = createSignal(applyPieces(emptyView, [piece], "2026-11-23T10:00:00Z"));
    show(view);
    const first = screen.getByText("First.");
    const text = "First.\n\nSecond.\n\nThird.";
    const message = { role: "assistant", content: [{ type: "text", text }] };
    setView(
      applyEvents(view(), [
        e("SessionEntryRecorded", { entry: { type: "message", id: "1", message }, blobs: {} }),
      ]),
    );
    expect(screen.getByText("Third.")).toBeTruthy();
    expect(screen.getByText("First.")).toBe(first);
  });
});

describe("a question", () => {
  const asked = (e: ReturnType<typeof makeRecorder>, more: object = {}) =>
    e("AttentionRequested", {
      questionId: uuid(4),
      kind: "choice",
      prompt: "Which?",
      options: ["Migration", "Redis"],
      command: null,
      expiresAt: null,
      ...more,
    });

  test("is answered with a number and Enter", async () => {
    const server = await startApiServer(() => ({ body: { position: 9, version: 2 } }));
    ends.push(server.close);
    const view = fold(asked(makeRecorder()));
    show(() => view, server.origin);
    const first = screen.getByRole("radio", { name: /Migration/ });
    fireEvent.keyDown(first, { key: "2" });
    expect(screen.getByRole("radio", { name: /Redis/ })).toHaveProperty("checked", true);
    fireEvent.keyDown(first, { key: "Enter" });
    await waitFor(() => expect(server.asked()).toHaveLength(1));
    expect(server.asked()[0]).toMatchObject({
      path: "/api/v1/commands",
      organization: "halden",
      body: {
        command: {
          type: "AnswerAttention",
          data: { runId: RUN_ID, questionId: uuid(4), choices: ["Redis"], text: "" },
        },
      },
    });
  });

  test("a refused answer says why and keeps the choice", async () => {
    const server = await startApiServer(() => ({
      status: 409,
      body: { error: { code: "command_rejected", message: "Aiko answered before you." } },
    }));
    ends.push(server.close);
    const view = fold(asked(makeRecorder()));
    show(() => view, server.origin);
    fireEvent.click(screen.getByRole("radio", { name: /Migration/ }));
    fireEvent.click(screen.getByRole("button", { name: /Answer/ }));
    await waitFor(() => expect(screen.getByRole("alert").textContent).toBe("Aiko answered before you."));
    expect(screen.getByRole("radio", { name: /Migration/ })).toHaveProperty("checked", true);
  });

  test("once answered it is one line", () => {
    const e = makeRecorder();
    const view = fold(
      asked(e),
      e("AttentionAnswered", { questionId: uuid(4), choices: ["Redis"], text: "" }, { by: "person" }),
    );
    show(() => view);
    expect(screen.getByText("Mara Lindqvist answered Redis")).toBeTruthy();
    expect(screen.queryByRole("radio")).toBeNull();
  });
});
