import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepare } from "../worker/installation/bootstrap/prepare.ts";
import { exitWith } from "../worker/installation/bootstrap/stop.ts";
import { type CommandResult, ROOT, runCommand, tool } from "./suite/run-command.ts";

/** What must be green before a commit: under 15 s. */
type Check = { name: string; run(): Promise<CommandResult> };

const vitest = () =>
  runCommand(tool("vitest/vitest.mjs", "run", "--config", "tests/vitest.config.ts", "--project", "unit"));

/** Two lanes for two processors: the long ones first. */
const LANES: readonly (readonly Check[])[] = [
  [{ name: "unit tests, imports, sizes, names", run: vitest }],
  [
    { name: "types", run: () => runCommand(tool("typescript/bin/tsc", "--noEmit", "-p", ".")) },
    {
      name: "format and lint",
      run: () => runCommand(tool("@biomejs/biome/bin/biome", "check", "--error-on-warnings", ".")),
    },
    { name: "core for the browser", run: bundleCore },
    { name: "page for the browser", run: bundlePage },
    { name: "unused code", run: () => runCommand(tool("knip/bin/knip.js", "--no-progress")) },
  ],
];

async function main(): Promise<number> {
  prepare(ROOT);
  const startedAt = performance.now();
  const failed = (await Promise.all(LANES.map(runLane))).flat();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(
    failed.length === 0
      ? `All checks passed in ${seconds} s.`
      : `Failed: ${failed.join("; ")} (${seconds} s).`,
  );
  return failed.length === 0 ? 0 : 1;
}

async function runLane(checks: readonly Check[]): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of checks) {
    const { exitCode, output, ms } = await run();
    console.log(`${exitCode === 0 ? "ok    " : "FAILED"} ${name} (${(ms / 1000).toFixed(1)} s)`);
    if (exitCode === 0) continue;
    console.log(output.trim());
    failed.push(name);
  }
  return failed;
}

/** Core is pure: every file of it can be bundled for a browser. */
async function bundleCore(): Promise<CommandResult> {
  const files = readdirSync(join(ROOT, "core"), { recursive: true, encoding: "utf8" });
  const entries = files.filter((file) => file.endsWith(".ts")).map((file) => join(ROOT, "core", file));
  return await intoFolder((folder) =>
    runCommand([process.execPath, "build", "--target=browser", `--outdir=${folder}`, ...entries]),
  );
}

async function bundlePage(): Promise<CommandResult> {
  return await intoFolder((folder) =>
    runCommand(
      tool("vite/bin/vite.js", "build", "--config", "ui/vite.config.ts", "--outDir", folder, "--emptyOutDir"),
    ),
  );
}

async function intoFolder(build: (folder: string) => Promise<CommandResult>): Promise<CommandResult> {
  const folder = mkdtempSync(join(tmpdir(), "pihordev-check-"));
  try {
    return await build(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await exitWith(main);
