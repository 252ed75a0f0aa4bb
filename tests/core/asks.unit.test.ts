import { describe, expect, it } from "vitest";
import { type AskKind, asks } from "../../core/asks.ts";
import { uuid } from "../support/given.ts";

/** One question and one answer of each kind, as they cross the table. */
const examples: Record<AskKind, { question: unknown; answer: unknown; bad: unknown }> = {
  machine_checks: {
    question: {},
    answer: { checks: [{ id: "git", title: "git", state: "ok", detail: "2.39", advice: "" }], durationMs: 3 },
    bad: { deep: true },
  },
  probe_repository: {
    question: { url: "/srv/shop", credentialId: null },
    answer: { kind: "path", name: "shop", defaultBranch: "main", branches: ["main"] },
    bad: { url: "", credentialId: null },
  },
  file_at_checkpoint: {
    question: { runId: uuid(1), at: null, path: "src/date.ts" },
    answer: { position: 7, tree: "a".repeat(40), size: 3, text: "abc" },
    bad: { runId: uuid(1), at: 0, path: "src/date.ts" },
  },
};

const kinds = Object.keys(asks).filter((kind): kind is AskKind => kind in asks);

describe("an ask", () => {
  it.each(kinds)("%s survives the way through JSON, question and answer", (kind) => {
    const { question, answer } = examples[kind];
    expect(asks[kind].question.parse(JSON.parse(JSON.stringify(question)))).toEqual(question);
    expect(asks[kind].answer.parse(JSON.parse(JSON.stringify(answer)))).toEqual(answer);
  });

  it.each(kinds)("%s refuses a wrong question", (kind) => {
    expect(asks[kind].question.safeParse(examples[kind].bad).success).toBe(false);
  });
});
