import type { RecordedEvent } from "../../../core/event.ts";
import {
  assistant,
  COMMIT,
  callFinished,
  entry,
  makeCheckedRecorder,
  requested,
  SHA,
  toolFinished,
  USAGE,
  uuid,
} from "./recorded.ts";

type Record = ReturnType<typeof makeCheckedRecorder>;

/** A whole run, from the request to the branch, with one of everything that can happen on the way. */
export function aRun(): RecordedEvent[] {
  const e = makeCheckedRecorder();
  return [...theStart(e), ...theWork(e), ...theEnd(e)];
}

function theStart(e: Record): RecordedEvent[] {
  return [
    e("RunRequested", requested),
    e("RunClaimed", { holder: "worker-1" }),
    e("SandboxOpened", { sandboxId: "box", provider: "local", network: "egress", durationMs: 380 }),
    e("RepositoryPrepared", {
      baseBranch: "main",
      baseCommit: COMMIT,
      branch: requested.branch,
      notes: [],
      durationMs: 90,
    }),
    e("SkillsWritten", { skills: ["git-workflow", "test-runner"] }),
    e("RunStarted", { baseBranch: "main", baseCommit: COMMIT }),
    e(
      "SessionEntryRecorded",
      entry("u1", { role: "user", content: [{ type: "text", text: requested.prompt }] }),
    ),
    e("LlmCallIntended", { callId: uuid(1), model: "demo/rehearsal", messages: 1 }),
    e(
      "SessionEntryRecorded",
      assistant("a1", [
        { type: "thinking", thinking: "I look first." },
        { type: "text", text: "I read the **dates**." },
        { type: "toolCall", id: "c1", name: "read", arguments: { path: "/workspace/repo/src/dates.ts" } },
        { type: "toolCall", id: "c2", name: "grep", arguments: { pattern: "Auckland" } },
      ]),
    ),
    e("LlmCallFinished", callFinished(uuid(1))),
    e("ToolCallStarted", { toolCallId: "c1", tool: "read", args: { path: "/workspace/repo/src/dates.ts" } }),
    e("ToolCallFinished", toolFinished("c1", "read", { output: "export {}", outputBytes: 9 })),
    e(
      "SessionEntryRecorded",
      entry("r1", {
        role: "toolResult",
        toolCallId: "c1",
        toolName: "read",
        content: [{ type: "text", text: "export {}" }],
        isError: false,
      }),
    ),
    e("ToolCallStarted", { toolCallId: "c2", tool: "grep", args: { pattern: "Auckland" } }),
    e("ToolCallFinished", toolFinished("c2", "grep")),
  ];
}

function theWork(e: Record): RecordedEvent[] {
  return [
    e("RunSteered", { messageId: uuid(2), text: "Write a test first" }),
    e("SessionEntryRecorded", entry("u2", { role: "user", content: "Write a test first" })),
    e("LlmCallIntended", { callId: uuid(3), model: "demo/rehearsal", messages: 5 }),
    e("SessionEntryRecorded", assistant("a2", [{ type: "text", text: "A test it is." }])),
    e("LlmCallFinished", callFinished(uuid(3))),
    e("ToolCallStarted", { toolCallId: "c3", tool: "edit", args: { path: "src/dates.ts" } }),
    e(
      "ToolCallFinished",
      toolFinished("c3", "edit", { diff: "--- a/src/dates.ts\n+++ b/src/dates.ts\n@@ -1 +1 @@\n-a\n+b\n" }),
    ),
    e("ToolCallStarted", { toolCallId: "c4", tool: "bash", args: { command: "bun test" } }),
    e("ToolCallFinished", toolFinished("c4", "bash", { exitCode: 0, output: "1 passed" })),
  ];
}

function theEnd(e: Record): RecordedEvent[] {
  return [
    e("AttentionRequested", {
      questionId: uuid(4),
      kind: "choice",
      prompt: "Which?",
      options: ["A", "B"],
      command: null,
      expiresAt: null,
    }),
    e("AttentionAnswered", { questionId: uuid(4), choices: ["A"], text: "" }, { by: "person" }),
    e("RunPaused", { reason: "provider", detail: "" }),
    e("RunResumed", { reason: "provider_back" }),
    e("NoticeGiven", { text: "The sandbox has no network." }),
    e("WorkspaceCheckpointed", {
      tree: COMMIT,
      commit: COMMIT,
      base: COMMIT,
      blob: SHA,
      diffBlob: SHA,
      filesBlob: SHA,
      files: 1,
      additions: 1,
      deletions: 1,
      skipped: [],
    }),
    e("PushIntended", { branch: requested.branch, commit: COMMIT, expected: null }),
    e("PushFinished", { branch: requested.branch, commit: COMMIT, pushed: true }),
    e("RunCompleted", {
      summary: "Done",
      branch: requested.branch,
      commit: COMMIT,
      usage: USAGE,
      durationMs: 30_000,
    }),
    e("SandboxClosed", { sandboxId: "box", reason: "ended" }),
  ];
}
