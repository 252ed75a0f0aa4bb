import { expect, test } from "vitest";
import { CONTINUE } from "../../../worker/agent/resume.ts";
import type { ChatRequest } from "../../../worker/demo/conversation.ts";
import { nextTurn } from "../../../worker/demo/rehearsal.ts";
import type { Turn } from "../../../worker/demo/script.ts";

type Message = ChatRequest["messages"][number];
type Tools = (name: string, args: Readonly<Record<string, unknown>>) => string;
const tools = [{ type: "function" }];

function asMessages(turn: Turn, answers: Tools): Message[] {
  const calls = turn.calls.map(({ id, name, args }) => ({
    id,
    function: { name, arguments: JSON.stringify(args) },
  }));
  const results = turn.calls.map(({ id, name, args }) => ({
    role: "tool",
    tool_call_id: id,
    content: answers(name, args),
  }));
  return [{ role: "assistant", content: turn.text, tool_calls: calls }, ...results];
}

/** Plays a rehearsal to its end; every request holds all messages so far, as a real one does. */
function play(answers: Tools, before: readonly Message[] = []): { turns: Turn[]; messages: Message[] } {
  const messages: Message[] = [
    { role: "system", content: "prompt" },
    { role: "user", content: "Do it" },
    ...before,
  ];
  const turns: Turn[] = [];
  while (turns.length < 30) {
    const turn = nextTurn({ messages, tools });
    turns.push(turn);
    if (turn.calls.length === 0) return { turns, messages };
    messages.push(...asMessages(turn, answers));
  }
  throw new Error("The rehearsal did not end.");
}

const plainRepository: Tools = (name, args) => {
  if (name === "ls") return "Cargo.toml\nsrc/\nREADME";
  if (name === "read") return "text";
  if (name === "write") return "Wrote it.";
  const command = String(args.command);
  if (command.includes("ls-files"))
    return "branch: b\nfiles: 31\ncommits: 4\nfree: docs/REHEARSAL-2.md\n[exit code 0]";
  if (command === "cargo test") return "test result: FAILED. 7 passed; 2 failed; 0 ignored\n[exit code 101]";
  if (command.includes("git commit")) return "abc1234 docs: what a rehearsal found here\n[exit code 0]";
  return "[exit code 0]";
};

test("in any repository it states the exit code and the counts that the tools gave", () => {
  const { turns } = play(plainRepository);
  const written = turns.flatMap((turn) => turn.calls).find((call) => call.name === "write");
  expect(written?.args.path).toBe("docs/REHEARSAL-2.md");
  expect(written?.args.content).toContain("7 passed, 2 failed, exit code 101");
  expect(written?.args.content).toContain("Files in git: 31");
  expect(turns.at(-1)?.text).toContain("7 passed, 2 failed, exit code 101");
  expect(turns.length).toBeLessThanOrEqual(8);
});

test("it says so where nothing tells how tests are run", () => {
  const answers: Tools = (name, args) =>
    name === "ls" ? "[/workspace/repo is empty]" : plainRepository(name, args);
  const { turns } = play(answers);
  const commands = turns.flatMap((turn) => turn.calls).map((call) => String(call.args.command ?? ""));
  expect(commands.some((command) => command.includes("test"))).toBe(false);
  expect(turns.at(-1)?.text).toContain("I found no tests to run.");
});

test("the same messages give the same turn, whoever asks", () => {
  const { messages } = play(plainRepository);
  for (let length = 2; length < messages.length; length += 1) {
    const request = { messages: messages.slice(0, length), tools };
    expect(nextTurn(structuredClone(request))).toEqual(nextTurn(request));
  }
});

test("no two calls of a rehearsal have the same id", () => {
  const ids = play(plainRepository)
    .turns.flatMap((turn) => turn.calls)
    .map((call) => call.id);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each([
  "[interrupted: nobody knows]",
  "The run was stopped before this call ended.",
  "some output\n[the run was stopped]",
])("a step that ended with %j is done again, and given up after three times", (cut) => {
  const look = nextTurn({ messages: [{ role: "user", content: "Do it" }], tools });
  const once = asMessages(look, () => cut);
  const again = nextTurn({
    messages: [{ role: "user", content: "Do it" }, ...once, { role: "user", content: CONTINUE }],
    tools,
  });
  expect(again.calls.map((call) => call.id)).toEqual(["rehearsal-list-2", "rehearsal-facts-2"]);
  expect(again.text).toMatch(/^I was interrupted/);
  expect(
    play((name, args) => (name === "bash" ? cut : plainRepository(name, args))).turns.at(-1)?.text,
  ).toMatch(/interrupted too often/);
});

test("what a person says in between is answered honestly, once", () => {
  const look = nextTurn({ messages: [{ role: "user", content: "Do it" }], tools });
  const messages: Message[] = [
    { role: "user", content: "Do it" },
    ...asMessages(look, plainRepository),
    { role: "user", content: "Use tabs!" },
  ];
  const turn = nextTurn({ messages, tools });
  expect(turn.text).toMatch(/^You wrote: "Use tabs!"\. A rehearsal follows its script/);
  const next = nextTurn({ messages: [...messages, ...asMessages(turn, plainRepository)], tools });
  expect(next.text).not.toContain("Use tabs");
});

test("a question without tools gets a word, not a script", () => {
  expect(nextTurn({ messages: [{ role: "user", content: "ready?" }] }).calls).toEqual([]);
});
