export type TestResult = { exitCode: number | null; passed: number | null; failed: number | null };

/** The exit code that the bash tool states in its last line; null when the command had none. */
export function exitCodeIn(answer: string): number | null {
  const code = /\[exit code (\d+)\]\s*$/.exec(answer)?.[1];
  return code === undefined ? null : Number(code);
}

type Pattern = readonly [passed: RegExp, failed: RegExp];

/** Summaries as test runners print them: bun, node, vitest and jest, pytest, cargo. */
const summaries: readonly Pattern[] = [
  [/^\s*(\d+) pass$/m, /^\s*(\d+) fail$/m],
  [/^(?:#|ℹ) pass (\d+)$/m, /^(?:#|ℹ) fail (\d+)$/m],
  [/^\s*Tests:?\s.*?(\d+) passed/m, /^\s*Tests:?\s.*?(\d+) failed/m],
  [/^test result: .*?(\d+) passed/m, /^test result: .*?(\d+) failed/m],
  [/(\d+) passed.* in [\d.]+s/, /(\d+) failed.* in [\d.]+s/],
];

/** What a test run printed about itself. Counts are null where no known summary is in it. */
export function testResult(answer: string): TestResult {
  const exitCode = exitCodeIn(answer);
  for (const [passed, failed] of summaries) {
    const count = { passed: numberIn(answer, passed), failed: numberIn(answer, failed) };
    if (count.passed !== null || count.failed !== null)
      return { exitCode, passed: count.passed ?? 0, failed: count.failed ?? 0 };
  }
  return { exitCode, passed: null, failed: null };
}

/** For a sentence: "9 passed, 0 failed, exit code 0". */
export function describeTests({ exitCode, passed, failed }: TestResult): string {
  const code = exitCode === null ? "no exit code" : `exit code ${exitCode}`;
  return passed === null ? code : `${passed} passed, ${failed ?? 0} failed, ${code}`;
}

/** The value behind `name: ` in the answer of a command that printed such lines. */
export function factIn(answer: string, name: string): string | null {
  return new RegExp(`^${name}: (.*)$`, "m").exec(answer)?.[1]?.trim() ?? null;
}

/** Names that the ls tool listed, without the marks behind folders and links. */
export function namesIn(answer: string): string[] {
  return answer
    .split("\n")
    .map((line) => line.replace(/[/@]$/, "").trim())
    .filter((name) => name !== "" && !name.startsWith("["));
}

function numberIn(text: string, pattern: RegExp): number | null {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}
