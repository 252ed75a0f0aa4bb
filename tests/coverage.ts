import { readFileSync } from "node:fs";
import { join } from "node:path";
import { prepare } from "../worker/installation/bootstrap/prepare.ts";
import { exitWith, say } from "../worker/installation/bootstrap/stop.ts";
import { ROOT } from "./suite/run-command.ts";
import { runVitest } from "./suite/run-vitest.ts";

/** Lines of each folder that the unit and database tests must reach, in percent. */
const FLOOR = 80;
const FOLDERS = ["core", "commands", "sql", "projections"];
/** Entries of commands: their tests run them as programs of their own, where nothing counts lines. */
const EXCLUDED = ["sql/cli/**", "sql/dump-schema.ts", "**/*.generated.ts"];

type Lines = { covered: number; total: number };

async function main(): Promise<number> {
  prepare(ROOT, { agents: true });
  const count = await runVitest({
    kinds: ["unit", "pg"],
    args: [
      ...[
        "--coverage.enabled",
        "--coverage.reportOnFailure",
        "--coverage.provider=istanbul",
        "--coverage.reportsDirectory=coverage",
      ],
      ...["--coverage.reporter=json-summary", "--coverage.reporter=lcovonly", "--coverage.reporter=html"],
      ...FOLDERS.map((folder) => `--coverage.include=${folder}/**/*.ts`),
      ...EXCLUDED.map((pattern) => `--coverage.exclude=${pattern}`),
    ],
  });
  const below = FOLDERS.map(measure).filter(({ percent }) => percent < FLOOR);
  for (const { folder, percent } of below)
    say(`${folder} is below the floor of ${FLOOR} %: ${percent.toFixed(1)} %.`);
  return count.failed === 0 && !count.broken && below.length === 0 ? 0 : 1;
}

/** A folder of which no line was counted was not measured: that is a failure, not 100 %. */
function measure(folder: string): { folder: string; percent: number } {
  const summary: Record<string, { lines: Lines }> = JSON.parse(
    readFileSync(join(ROOT, "coverage/coverage-summary.json"), "utf8"),
  );
  const files = Object.entries(summary).filter(([file]) => file.startsWith(join(ROOT, folder, "/")));
  const total = files.reduce((sum, [, { lines }]) => sum + lines.total, 0);
  const covered = files.reduce((sum, [, { lines }]) => sum + lines.covered, 0);
  const percent = total === 0 ? 0 : (100 * covered) / total;
  console.log(`${folder.padEnd(12)} ${percent.toFixed(1).padStart(5)} % of ${total} lines`);
  return { folder, percent };
}

await exitWith(main);
