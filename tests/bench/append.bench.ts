import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../../sql/embedded/launcher.ts";
import { migrate } from "../../sql/migrate.ts";
import { openBareFunction } from "./append/bare-function.ts";
import { eventsPerSecond } from "./append/drive.ts";
import {
  openBareInsert,
  openCastore,
  openEmmett,
  openLog,
  payload,
  type Subject,
} from "./append/subjects.ts";
import type { Bench, BenchOptions, Row } from "./bench.ts";

const CELLS = [
  { callers: 32, events: 1, targets: { emmett: "median ≥ 5", "bare insert": "median ≥ 1.2" } },
  { callers: 1, events: 1, targets: { "bare insert": "median ≥ 0.5" } },
  { callers: 32, events: 10, targets: { "bare insert": "median ≥ 0.7" } },
] as const;
const CELL_MS = 1_500;
const PROCESSES = 4;
const organizations = Array.from({ length: 10 }, () => randomUUID());

/**
 * Events a second, synchronous_commit on: our log over ten organizations, beside two event stores from npm and beside
 * one INSERT a commit that checks nothing. Everybody has tables of their own on the same server and takes turns;
 * ratios are those of one round.
 */
async function run({ rounds, scale }: BenchOptions): Promise<{ name: string; rows: Row[] }> {
  const folder = mkdtempSync(join(tmpdir(), "pihordev-bench-append-"));
  chmodSync(folder, 0o755);
  const postgres = await startPostgres({ folder: join(folder, "postgres") });
  try {
    const passwords = { gateway: "bench", worker: "bench", auth: "bench" };
    const { workerUrl } = await migrate({ adminUrl: postgres.adminUrl, passwords });
    const rows = [
      ...(await compare(await openSubjects(postgres.adminUrl, workerUrl), rounds, CELL_MS * scale)),
      await fourProcesses(workerUrl, rounds, CELL_MS * scale),
    ];
    return { name: "append", rows };
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export default { name: "append", run } satisfies Bench;

type Subjects = Record<"log" | "emmett" | "castore" | "bare insert" | "bare function", Subject>;
type Name = keyof Subjects;
const NAMES: readonly Name[] = ["log", "emmett", "castore", "bare insert", "bare function"];

async function openSubjects(adminUrl: string, workerUrl: string): Promise<Subjects> {
  return {
    log: openLog(workerUrl, organizations),
    emmett: await openEmmett(adminUrl),
    castore: await openCastore(adminUrl),
    "bare insert": await openBareInsert(adminUrl, 32),
    "bare function": await openBareFunction(adminUrl, organizations, payload),
  };
}

async function compare(subjects: Subjects, rounds: number, ms: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { callers, events, targets } of CELLS) {
    const samples: Record<Name, number[]> = {
      log: [],
      emmett: [],
      castore: [],
      "bare insert": [],
      "bare function": [],
    };
    for (const name of NAMES) await eventsPerSecond(subjects[name], { callers, events, ms: ms / 5 });
    for (let round = 0; round < rounds; round += 1) {
      const order = round % 2 === 0 ? NAMES : [...NAMES].reverse();
      for (const name of order)
        samples[name].push(await eventsPerSecond(subjects[name], { callers, events, ms }));
    }
    rows.push(...rowsOf(`${callers} x ${events}`, samples, targets));
  }
  for (const name of NAMES) await subjects[name].close();
  return rows;
}

function rowsOf(
  cell: string,
  samples: Record<Name, number[]>,
  targets: Partial<Record<Name, string>>,
): Row[] {
  const absolute = NAMES.map((name) => ({
    label: `${cell}, ${name}`,
    unit: "events/s",
    samples: samples[name],
  }));
  const ratios = NAMES.filter((name) => name !== "log").map((name) => {
    const target = targets[name];
    const ofEachRound = samples.log.map((value, round) => value / (samples[name][round] ?? Number.NaN));
    return {
      label: `${cell}, log to ${name}`,
      unit: "times",
      samples: ofEachRound,
      ...(target && { target }),
    };
  });
  return [...absolute, ...ratios];
}

async function fourProcesses(url: string, rounds: number, ms: number): Promise<Row> {
  const samples: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const each = await Promise.all(Array.from({ length: PROCESSES }, () => writerProcess(url, ms)));
    samples.push(each.reduce((sum, value) => sum + value, 0));
  }
  return {
    label: `${PROCESSES} processes of 32 x 1 on the same ten organizations, log`,
    unit: "events/s",
    samples,
  };
}

function writerProcess(url: string, ms: number): Promise<number> {
  const orders = JSON.stringify({ url, organizations, callers: 32, events: 1, ms });
  const writer = spawn(process.execPath, [join(import.meta.dirname, "append/writer.ts"), orders], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let told = "";
  writer.stdout.setEncoding("utf8").on("data", (text: string) => {
    told += text;
  });
  return new Promise((resolve, reject) => {
    writer.once("error", reject);
    writer.once("close", (code) =>
      code === 0 ? resolve(Number(told)) : reject(new Error(`writer ended with ${code}`)),
    );
  });
}
