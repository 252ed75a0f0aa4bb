import type { Conversation } from "./conversation.ts";
import { describeTests, exitCodeIn, testResult } from "./findings.ts";
import type { Scene } from "./script.ts";

const SOURCE = "src/local-day.js";
const TESTS = "test/delivery-date.test.js";
const BUG = `  const shifted = new Date(moment.getTime() + offsetMinutes(moment, timeZone) * MINUTE_MS);
  return dayFormat(timeZone).format(shifted);
`;
const OFFSET = `/** How many minutes the time zone is ahead of UTC at that moment. */
export function offsetMinutes(moment, timeZone) {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" }).formatToParts(moment);
  const name = parts.find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  const match = /GMT([+-])(\\d\\d):(\\d\\d)/.exec(name);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === "-" ? -minutes : minutes;
}

`;
const LAST_TEST = `test("a parcel sent on a Friday arrives after the weekend", () => {`;
const NEW_TEST = `test("an express parcel sent from Auckland on a Tuesday arrives on Wednesday", () => {
  // Half past eleven at night in UTC is noon of the next day, Tuesday the 3rd, in Auckland.
  assert.equal(arrival("AKL", "express", "2026-03-02T23:30:00Z"), "2026-03-04");
});

`;

/** The bundled repository with its bug still in it; null: any other repository, or this one once it is fixed. */
export function sampleScript(conversation: Conversation): Scene | null {
  const manifest = conversation.answer("read-package-json");
  if (manifest === null || !/"name": "parcel-tracker"/.test(manifest)) return null;
  const source = conversation.answer("source");
  if (source === null) return findScene();
  if (!source.includes(BUG.trim())) return null;
  for (const scene of [baseline, failingTest, failingRun, fix, fixedRun, commit]) {
    const next = scene(conversation);
    if (next) return next;
  }
  return { text: summary(conversation), steps: [] };
}

function findScene(): Scene {
  return {
    text: "It says that a delivery date begins with the day on which the parcel was handed in, in the depot's own calendar. I look for where time zones are used.",
    steps: [
      { step: "search", tool: "grep", args: { pattern: "timeZone", path: "src" } },
      { step: "source", tool: "read", args: { path: SOURCE } },
      { step: "tests", tool: "read", args: { path: TESTS } },
    ],
  };
}

function baseline(conversation: Conversation): Scene | null {
  if (conversation.answer("before") !== null) return null;
  const text = `localDay adds the zone's offset to the moment and then formats the result in that same zone, so the offset counts twice. Auckland is 12 or 13 hours ahead: counted twice that is a whole day. Berlin and Lisbon are so near to UTC that nobody noticed, and no test has a parcel from Auckland. First I run the tests as they are.`;
  return { text, steps: [{ step: "before", tool: "bash", args: { command: "bun test" } }] };
}

function failingTest(conversation: Conversation): Scene | null {
  if (conversation.answer("add-test") !== null) return null;
  const before = testResult(conversation.answer("before") ?? "");
  const args = { path: TESTS, edits: [{ oldText: LAST_TEST, newText: NEW_TEST + LAST_TEST }] };
  return {
    text: `As they are: ${describeTests(before)}. I add a test for a parcel from Auckland, which must fail now.`,
    steps: [{ step: "add-test", tool: "edit", args }],
  };
}

function failingRun(conversation: Conversation): Scene | null {
  if (conversation.answer("red") !== null) return null;
  return {
    text: "I run the tests to see it fail.",
    steps: [{ step: "red", tool: "bash", args: { command: "bun test" } }],
  };
}

function fix(conversation: Conversation): Scene | null {
  if (conversation.answer("fix") !== null) return null;
  const red = testResult(conversation.answer("red") ?? "");
  const said = red.exitCode === 0 ? "It did not fail, which I did not expect" : "It fails as it should";
  const edits = [
    { oldText: "const MINUTE_MS = 60_000;\n\n", newText: "" },
    { oldText: BUG, newText: "  return dayFormat(timeZone).format(moment);\n" },
    { oldText: OFFSET, newText: "" },
  ];
  const text = `${said}: ${describeTests(red)}. The format knows the zone already, so I give it the moment itself and take out the offset, which nothing needs any more.`;
  return { text, steps: [{ step: "fix", tool: "edit", args: { path: SOURCE, edits } }] };
}

function fixedRun(conversation: Conversation): Scene | null {
  if (conversation.answer("green") !== null) return null;
  return {
    text: "I run all tests again, and look at the parcel from Auckland.",
    steps: [
      // The same command as before: of a check that ran twice the last result counts.
      { step: "green", tool: "bash", args: { command: "bun test" } },
      { step: "parcel", tool: "bash", args: { command: "bun src/cli.js AKL-2041" } },
    ],
  };
}

function commit(conversation: Conversation): Scene | null {
  if (conversation.answer("commit") !== null) return null;
  const green = testResult(conversation.answer("green") ?? "");
  const message =
    "fix: count the time zone's offset once\n\nParcels from Auckland were said to arrive a day late: localDay moved the moment by the\noffset and then formatted it in the zone, which applies the offset a second time.";
  const command = `git add -- src test && git commit --quiet -m '${message.replaceAll("'", `'\\''`)}' && git log -1 --format='%h %s' && git show --stat --format= HEAD`;
  return {
    text: `Now: ${describeTests(green)}. I commit the fix with its test.`,
    steps: [{ step: "commit", tool: "bash", args: { command } }],
  };
}

function summary(conversation: Conversation): string {
  const answer = (step: string) => conversation.answer(step) ?? "";
  const [before, red, green] = ["before", "red", "green"].map((step) =>
    describeTests(testResult(answer(step))),
  );
  const committed = answer("commit");
  const code = exitCodeIn(committed);
  const commitText =
    code === 0
      ? `Commit: ${committed.split("\n")[0] ?? ""}.`
      : `The commit failed with exit code ${code ?? "none"}; the platform commits what is left.`;
  return `The rehearsal is over, and the bug is real. localDay in ${SOURCE} applied the time zone's offset twice, so parcels from Auckland were dated a day late. It now formats the moment itself in the depot's zone, and ${TESTS} has a test for it.

- Tests before: ${before}
- With the new test alone: ${red}
- With the fix: ${green}

${commitText} I am a scripted model; a model of your own works on your tasks in the same way.`;
}
