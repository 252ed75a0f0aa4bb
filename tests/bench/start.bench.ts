import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { Bench, BenchOptions } from "./bench.ts";

const ROOT = join(import.meta.dirname, "../..");
const GIVE_UP_MS = 180_000;

/**
 * `npx --yes bun@1.4.5 start.ts` until its page answers: in a fresh clone with empty caches and an empty data folder
 * (installs, builds, makes the database), then again in the same clone.
 */
async function run({ rounds }: BenchOptions) {
  const samples = { cold: [] as number[], warm: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const folder = await mkdtemp(join(tmpdir(), "pihordev-start-"));
    await chmod(folder, 0o755);
    try {
      execFileSync("git", ["clone", "--quiet", ROOT, join(folder, "clone")]);
      await mkdir(join(folder, "home"));
      // Where packages come from is the machine's own setting.
      const registry = join(homedir(), ".npmrc");
      if (existsSync(registry)) copyFileSync(registry, join(folder, "home", ".npmrc"));
      samples.cold.push(await startToReady(folder));
      samples.warm.push(await startToReady(folder));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return {
    name: "start",
    rows: [
      {
        label: "start.ts to a ready page, empty caches",
        unit: "s",
        samples: samples.cold,
        target: "median ≤ 15",
      },
      { label: "start.ts to a ready page, warm", unit: "s", samples: samples.warm, target: "median ≤ 3" },
    ],
  };
}

/** Seconds until the page has answered; the installation has ended again when this resolves. */
async function startToReady(folder: string): Promise<number> {
  const started = performance.now();
  const child = spawn("npx", ["--yes", "bun@1.4.5", "start.ts"], {
    cwd: join(folder, "clone"),
    env: { ...process.env, HOME: join(folder, "home"), PORT: "0", PIHORDEV_DATA: join(folder, "data") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const giveUp = setTimeout(() => child.kill("SIGTERM"), GIVE_UP_MS);
  try {
    const url = await readyUrl(child.stdout);
    const { status } = await fetch(url);
    if (status !== 200) throw new Error(`the page answered with ${status}`);
    return (performance.now() - started) / 1_000;
  } finally {
    clearTimeout(giveUp);
    child.kill("SIGTERM");
    await ended;
  }
}

async function readyUrl(output: NodeJS.ReadableStream): Promise<string> {
  let printed = "";
  for await (const chunk of output) {
    printed += String(chunk);
    const url = /Pihordev is ready: (\S+)/.exec(printed)?.[1];
    if (url) return url;
  }
  throw new Error(`start.ts ended before it was ready: ${printed}`);
}

export default { name: "start", run } satisfies Bench;
