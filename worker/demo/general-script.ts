import type { Conversation } from "./conversation.ts";
import { describeTests, exitCodeIn, factIn, namesIn, type TestResult, testResult } from "./findings.ts";
import type { Scene, Step } from "./script.ts";
import { manifestsIn, type TestCommand, testCommand } from "./test-command.ts";

const TEST_SECONDS = 600;
/** One command, and lines that can be told apart. The first free name is found so that nothing is overwritten. */
const FACTS = `echo "branch: $(git branch --show-current)"
echo "files: $(git ls-files | wc -l | tr -d ' ')"
echo "commits: $(git rev-list --count HEAD 2>/dev/null || echo 0)"
for n in docs/REHEARSAL.md docs/REHEARSAL-2.md docs/REHEARSAL-3.md docs/REHEARSAL-4.md docs/REHEARSAL-5.md "docs/REHEARSAL-$(date +%s).md"; do
  if [ ! -e "$n" ]; then echo "free: $n"; break; fi
done
git status --short`;

/** The first look, the same in every repository: it decides which script goes on. */
export const LOOK: Scene = {
  text: "This is a rehearsal: I am a scripted model, and everything I do happens in the real sandbox with the real tools. First I look around.",
  steps: [
    { step: "list", tool: "ls", args: {} },
    { step: "facts", tool: "bash", args: { command: FACTS } },
  ],
};

/** Works on any repository. What it writes and says is what the tools answered in this conversation. */
export function generalScript(conversation: Conversation): Scene {
  const listed = conversation.answer("list");
  const facts = conversation.answer("facts");
  if (listed === null || facts === null) return LOOK;
  const names = namesIn(listed);
  const reads = readSteps(names);
  if (reads.some(({ step }) => conversation.answer(step) === null)) {
    return { text: `${countSentence(facts)} I read what says how this project works.`, steps: reads };
  }
  const test = testCommand({ names, file: (name) => conversation.answer(readStep(name)) });
  const tested = conversation.answer("test");
  if (test && tested === null) return testScene(test);
  const path = factIn(facts, "free") ?? "docs/REHEARSAL.md";
  const report = { path, facts, names, test, result: tested === null ? null : testResult(tested) };
  if (conversation.answer("write") === null) return writeScene(conversation, report);
  if (conversation.answer("check") === null) return checkScene(path);
  const committed = conversation.answer("commit");
  if (committed === null) return commitScene(path);
  return { text: summary(report, committed), steps: [] };
}

type Report = {
  path: string;
  facts: string;
  names: readonly string[];
  test: TestCommand | null;
  result: TestResult | null;
};

/** In a call's id only letters, digits and - are safe with every provider's client. */
function readStep(name: string): string {
  return `read-${name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;
}

export function readSteps(names: readonly string[]): Step[] {
  const readme = names.filter((name) => /^readme(\.(md|rst|txt))?$/i.test(name)).slice(0, 1);
  return [...readme, ...manifestsIn(names)].map((name) => ({
    step: readStep(name),
    tool: "read",
    args: { path: name, limit: 200 },
  }));
}

function countSentence(facts: string): string {
  return `There are ${factIn(facts, "files") ?? "an unknown number of"} files and ${factIn(facts, "commits") ?? "an unknown number of"} commits.`;
}

function testScene({ command, why }: TestCommand): Scene {
  const args = { command, timeoutSeconds: TEST_SECONDS };
  return {
    text: `It has tests (${why}). I run them as they are.`,
    steps: [{ step: "test", tool: "bash", args }],
  };
}

function writeScene({ task }: Conversation, report: Report): Scene {
  const said = report.result
    ? `The tests ended: ${describeTests(report.result)}.`
    : "I found nothing that says how to run tests here.";
  const content = reportText(task, report);
  return {
    text: `${said} I write down what I found.`,
    steps: [{ step: "write", tool: "write", args: { path: report.path, content } }],
  };
}

function checkScene(path: string): Scene {
  const command = `cat ${path} && git status --short`;
  return { text: "I check what I wrote.", steps: [{ step: "check", tool: "bash", args: { command } }] };
}

function commitScene(path: string): Scene {
  const command = `git add -- ${path} && git commit --quiet -m "docs: what a rehearsal found here" && git log -1 --format='%h %s'`;
  return {
    text: "It is as I meant it. I commit it.",
    steps: [{ step: "commit", tool: "bash", args: { command } }],
  };
}

function reportText(task: string, { facts, names, test, result }: Report): string {
  const lines = [
    "# What a rehearsal found here",
    "",
    "A rehearsal is a run of a scripted model: the sandbox, the tools and the results below are real, the thinking is not.",
    "",
    `- Files in git: ${factIn(facts, "files") ?? "unknown"}`,
    `- Commits: ${factIn(facts, "commits") ?? "unknown"}`,
    `- In the root: ${
      names
        .slice(0, 20)
        .map((name) => `\`${name}\``)
        .join(", ") || "nothing"
    }`,
    ...(test
      ? [
          `- Tests are run with: \`${test.command}\``,
          `- They ended with: ${result ? describeTests(result) : "nothing"}`,
        ]
      : ["- Nothing says how tests are run."]),
    "",
    "The task was:",
    "",
    ...task
      .slice(0, 1_000)
      .toWellFormed()
      .split("\n")
      .map((line) => `> ${line}`.trimEnd()),
    "",
  ];
  return lines.join("\n");
}

function summary({ path, test, result }: Report, committed: string): string {
  const code = exitCodeIn(committed);
  const commit =
    code === 0
      ? `committed it as ${committed.split("\n")[0] ?? ""}`
      : `could not commit it (exit code ${code ?? "none"})`;
  const tests =
    test && result
      ? `I ran the tests with \`${test.command}\`: ${describeTests(result)}.`
      : "I found no tests to run.";
  return `The rehearsal is over. ${tests} I wrote ${path} with what I found and ${commit}. I did not work on the task itself: that takes a model of your own.`;
}
