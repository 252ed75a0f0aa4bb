import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand, tool } from "./run-command.ts";

export const KINDS = ["unit", "pg", "dom", "e2e"] as const;
export type Kind = (typeof KINDS)[number];

/** `failed` counts tests and files that could not be loaded; `broken`: vitest itself failed beside them. */
export type Count = { passed: number; failed: number; skipped: number; broken: boolean };

export type Round = {
  kinds: readonly Kind[];
  /** Only files whose path contains one of these. */
  filters?: readonly string[];
  env?: NodeJS.ProcessEnv;
  args?: readonly string[];
};

/** One run of vitest, its output on the terminal, counted from its JSON report. */
export async function runVitest({ kinds, filters = [], env = {}, args = [] }: Round): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), "pihordev-test-report-"));
  const report = join(folder, "report.json");
  try {
    const { exitCode } = await runCommand(
      tool(
        "vitest/vitest.mjs",
        "run",
        ...["--config", "tests/vitest.config.ts", "--reporter=default", "--reporter=json"],
        `--outputFile.json=${report}`,
        ...kinds.flatMap((kind) => ["--project", kind]),
        ...["--passWithNoTests", ...args, ...filters],
      ),
      { show: true, env },
    );
    const count = readReport(report);
    return { ...count, broken: exitCode !== 0 && count.failed === 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A report that is not there means that vitest fell over before it ran anything. */
function readReport(file: string): Omit<Count, "broken"> {
  let report: unknown;
  try {
    report = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
  const files = listIn(report, "testResults");
  const unloaded = files.filter(
    (each) => textIn(each, "status") === "failed" && listIn(each, "assertionResults").length === 0,
  );
  return {
    passed: numberIn(report, "numPassedTests"),
    failed: numberIn(report, "numFailedTests") + unloaded.length,
    skipped: numberIn(report, "numPendingTests") + numberIn(report, "numTodoTests"),
  };
}

function valueIn(report: unknown, name: string): unknown {
  return typeof report === "object" && report !== null ? Reflect.get(report, name) : undefined;
}

function listIn(report: unknown, name: string): unknown[] {
  const value = valueIn(report, name);
  return Array.isArray(value) ? value : [];
}

function textIn(report: unknown, name: string): string {
  return String(valueIn(report, name) ?? "");
}

function numberIn(report: unknown, name: string): number {
  return Number(valueIn(report, name) ?? 0);
}
