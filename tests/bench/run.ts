import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Bench, isReached, percentile, type Report } from "./bench.ts";
import { commitNow, machineNow, makePage, RESULTS } from "./report.ts";

const USAGE = `bun run bench [name …] [--rounds 5] [--scale 1] [--json]

Runs the benches (all, or those named), stores their samples and makes the page anew.
  --rounds  interleaved rounds, at least five for figures to be shown
  --scale   below 1: only to see whether it works; nothing is stored
  --json    prints the reports instead of lines
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    scale: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const rounds = Number(values.rounds);
const scale = Number(values.scale);
if (!Number.isInteger(rounds) || rounds < 1 || !(scale > 0)) {
  process.stderr.write(`--rounds is a whole number from 1, --scale a number above 0.\n\n${USAGE}`);
  process.exit(2);
}

const reports: Report[] = [];
for (const bench of await findBenches(positionals)) {
  const { name, rows } = await bench.run({ rounds, scale });
  const report = {
    name,
    date: new Date().toISOString(),
    commit: commitNow(),
    machine: machineNow(),
    rounds,
    rows,
  };
  reports.push(report);
  if (!values.json) print(report);
  if (scale < 1) continue;
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync(join(import.meta.dirname, "README.md"), makePage());
}
if (values.json) process.stdout.write(`${JSON.stringify(reports)}\n`);
process.exit(reports.some(({ rows }) => rows.some((row) => isReached(row) === false)) ? 1 : 0);

async function findBenches(names: readonly string[]): Promise<Bench[]> {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".bench.ts"));
  const wanted = files.filter((file) => names.length === 0 || names.includes(file.replace(".bench.ts", "")));
  if (wanted.length < names.length || wanted.length === 0) {
    process.stderr.write(
      `There is no such bench. There are: ${files.map((file) => file.replace(".bench.ts", "")).join(", ")}.\n`,
    );
    process.exit(2);
  }
  const modules: { default: Bench }[] = await Promise.all(wanted.map((file) => import(`./${file}`)));
  return modules.map((module) => module.default);
}

function print({ name, rows }: Report): void {
  for (const row of rows) {
    const reached = isReached(row);
    const verdict = reached === null ? "" : ` (${row.target}: ${reached ? "reached" : "missed"})`;
    process.stdout.write(
      `${name}: ${row.label}: ${percentile(row.samples, 0.5).toPrecision(4)} ${row.unit}${verdict}\n`,
    );
  }
}
