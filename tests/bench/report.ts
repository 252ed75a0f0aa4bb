import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { cpus, platform, release, totalmem } from "node:os";
import { join } from "node:path";
import { isReached, percentile, type Report, type Row } from "./bench.ts";

export const RESULTS = join(import.meta.dirname, "results");

const HEAD = `# tests/bench

Figures, measured by \`bun run bench\`: at least five interleaved rounds on an idle machine. Each \`*.bench.ts\` is one
subject; the raw samples are in \`results/\`. This page is made from them by \`run.ts\`: change neither by hand.
Read a ratio within one line, not absolute values of different machines.
`;

/** The page, from the newest stored result of every bench. */
export function makePage(): string {
  const reports = readdirSync(RESULTS)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name): Report => JSON.parse(readFileSync(join(RESULTS, name), "utf8")));
  return [HEAD, ...reports.map(section)].join("\n");
}

function section({ name, date, commit, machine, rounds, rows }: Report): string {
  const lines = rows.map((row) => {
    const verdict = { true: "reached", false: "**missed**", null: "" }[String(isReached(row))] ?? "";
    const spread = row.samples.length > 1 ? `${show(least(row))} – ${show(most(row))}` : "";
    const cells = [
      row.label,
      show(percentile(row.samples, 0.5)),
      spread,
      tail(row),
      row.unit,
      row.target ?? "",
      verdict,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return `## ${name}

${date.slice(0, 10)}, commit ${commit}, ${rounds} rounds, ${machine}

| | median | least – most | p99 | | target | |
|---|---|---|---|---|---|---|
${lines.join("\n")}
`;
}

const least = ({ samples }: Row) => percentile(samples, 0);
const most = ({ samples }: Row) => percentile(samples, 1);

/** Of few samples a p99 says nothing. */
function tail({ samples }: Row): string {
  return samples.length >= 100 ? show(percentile(samples, 0.99)) : "";
}

function show(value: number): string {
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString("en");
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}

export function commitNow(): string {
  return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
}

export function machineNow(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${cpus().length} x ${first?.model.trim() ?? "unknown"}, ${memory} GiB, ${platform()} ${release()}, Bun ${process.versions.bun}`;
}
