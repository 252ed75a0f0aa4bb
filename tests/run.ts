import { existsSync } from "node:fs";
import { join } from "node:path";
import { prepare } from "../worker/installation/bootstrap/prepare.ts";
import { exitWith, Stop, say } from "../worker/installation/bootstrap/stop.ts";
import { TEST_PROGRAMS } from "../worker/installation/bootstrap/system/system-packages.ts";
import { ROOT } from "./suite/run-command.ts";
import { type Count, KINDS, type Kind, type Round, runVitest } from "./suite/run-vitest.ts";

const HELP = `Runs the tests, after installing what they need.

Usage: bun tests/run.ts [unit|pg|dom|e2e …] [part of a file's path …]

Without a kind all of them, and the database tests a second time on PostgreSQL 16.
The last line is "N passed, N failed", with ", N skipped" when there are any.`;

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(HELP);
    return 0;
  }
  const kinds = KINDS.filter((kind) => args.includes(kind));
  const filters = args.filter((each) => !KINDS.some((kind) => kind === each));
  const option = filters.find((each) => each.startsWith("-"));
  if (option !== undefined) throw new Stop(`The tests do not know "${option}": bun tests/run.ts --help.`);
  const wanted = kinds.length > 0 ? kinds : KINDS;
  prepareFor(wanted);
  const total: Count = { passed: 0, failed: 0, skipped: 0, broken: false };
  for (const round of roundsOf(wanted, filters)) add(total, await runVitest(round));
  if (total.passed + total.failed === 0) throw new Stop("No test was run: no file matches.");
  if (total.broken) say("A run of vitest failed beside its tests: see the errors above.");
  console.log(summary(total));
  return total.failed === 0 && !total.broken ? 0 : 1;
}

function prepareFor(kinds: readonly Kind[]): void {
  const whole = kinds.includes("e2e") || kinds.includes("pg");
  prepare(ROOT, { page: whole, agents: whole, programs: whole ? TEST_PROGRAMS : [] });
}

/** What starts whole installations runs by itself, so that its time-outs are not eaten by other tests. */
function roundsOf(kinds: readonly Kind[], filters: readonly string[]): Round[] {
  const small = kinds.filter((kind) => kind !== "e2e");
  return [
    ...(small.length > 0 ? [{ kinds: small, filters }] : []),
    ...(kinds.includes("e2e") ? [{ kinds: ["e2e" as const], filters }] : []),
    ...(kinds.includes("pg") ? onPostgres16(filters) : []),
  ];
}

function onPostgres16(filters: readonly string[]): Round[] {
  if (!existsSync(join(ROOT, "node_modules/postgres-16-linux-x64"))) {
    say("PostgreSQL 16 is there for Linux on x64 only: the database tests run on 18 alone.");
    return [];
  }
  return [{ kinds: ["pg"], filters, env: { PIHORDEV_TEST_POSTGRES: "16" } }];
}

function add(total: Count, count: Count): void {
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
  total.broken ||= count.broken;
}

function summary({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

await exitWith(() => main(process.argv.slice(2)));
