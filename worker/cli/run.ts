import { randomUUID } from "node:crypto";
import { handleCommand } from "../../commands/handle-command.ts";
import { BadInput, messageOf } from "../../core/errors.ts";
import type { KnownEvent } from "../../core/event-catalog.ts";
import { readSettings } from "../../core/settings.ts";
import { HELP, parseRunArguments, type RunArguments } from "./run/arguments.ts";
import { openMeans, type RunMeans } from "./run/means.ts";
import { progressLine } from "./run/progress.ts";
import { type Requested, requestRun } from "./run/request-run.ts";
import { type RunEnd, watchRun } from "./run/watch-run.ts";

const EXIT = { completed: 0, failed: 1, usage: 2, aborted: 130 } as const;

async function main(argv: readonly string[]): Promise<number> {
  const parsed = parseRunArguments(argv);
  if (parsed === "help") {
    process.stdout.write(HELP);
    return EXIT.completed;
  }
  const settings = readSettings(process.env);
  const task = parsed.task === "-" ? await readStandardInput() : parsed.task;
  const means = await openMeans(settings);
  try {
    const model = means.chooseModel(parsed.model);
    const requested = await requestRun(means, { ...parsed, task, model });
    const end = await seeThrough(means, requested, parsed);
    return report(end, { requested, asked: parsed });
  } finally {
    await means.close();
  }
}

/** Watches the run to its end; works on it meanwhile when this process is its worker. */
async function seeThrough(means: RunMeans, requested: Requested, { json }: RunArguments): Promise<RunEnd> {
  const stopListening = onInterrupt(() => abort(means, requested));
  const worked = means.work(requested);
  try {
    const show = (event: KnownEvent) => print(json ? eventLine(event) : progressLine(event));
    return await watchRun(means, { ...requested, pollMs: means.settings.LOG_POLL_MS }, show);
  } finally {
    await worked;
    stopListening();
  }
}

function print(line: string | null): void {
  if (line !== null) process.stdout.write(`${line}\n`);
}

function eventLine(event: KnownEvent): string {
  const { position, stream, version, type, data, metadata, recordedAt } = event;
  return JSON.stringify({ position, stream, version, type, data, metadata, recordedAt });
}

async function abort({ store }: RunMeans, { orgId, runId, personId }: Requested): Promise<void> {
  process.stderr.write("Stopping the run. Its sandbox is closed and nothing more is pushed.\n");
  const actor = { kind: "person", id: personId } as const;
  const command = { type: "AbortRun", data: { runId, reason: "Ctrl-C" } } as const;
  await handleCommand(store, { orgId, command, actor, commandId: randomUUID() });
}

/** The first interrupt calls `act`; the rest of it (a forwarded twin, an impatient second) changes nothing. */
function onInterrupt(act: () => Promise<void>): () => void {
  let done = false;
  const once = () => {
    if (done) return;
    done = true;
    act().catch((error) => process.stderr.write(`${messageOf(error)}\n`));
  };
  process.on("SIGINT", once);
  process.on("SIGTERM", once);
  return () => {
    process.off("SIGINT", once);
    process.off("SIGTERM", once);
  };
}

const STATUS = { RunCompleted: "completed", RunFailed: "error", RunAborted: "aborted" } as const;

function report(end: RunEnd, { requested, asked }: { requested: Requested; asked: RunArguments }): number {
  const { usage, durationMs } = end.data;
  const { branch, commit } = end.type === "RunCompleted" ? end.data : { branch: null, commit: null };
  const { inputTokens, outputTokens, costMicrodollars } = usage;
  const costUsd = costMicrodollars === null ? null : costMicrodollars / 1_000_000;
  const { taskId, runId } = requested;
  const status = STATUS[end.type];
  if (asked.json) {
    const result = { taskId, runId, status, branch, commit, inputTokens, outputTokens, costUsd, durationMs };
    print(JSON.stringify({ result }));
  }
  if (end.type === "RunFailed") process.stderr.write(`The run failed: ${end.data.message}\n`);
  if (end.type === "RunAborted") process.stderr.write("The run was stopped. Nothing was pushed.\n");
  if (end.type === "RunCompleted" && !asked.json) print(sentenceOf(end.data, requested.repository));
  if (status === "completed") return EXIT.completed;
  return status === "aborted" ? EXIT.aborted : EXIT.failed;
}

function sentenceOf(
  { branch, durationMs }: { branch: string | null; durationMs: number },
  repository: string,
): string {
  const seconds = (durationMs / 1_000).toFixed(1);
  if (branch === null) return `Completed in ${seconds} s. The agent changed nothing, so there is no branch.`;
  return `Completed in ${seconds} s. The branch ${branch} is in ${repository}.`;
}

/** Without the line ends of a file or of `echo`, which are no part of what was asked. */
async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8").trimEnd();
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = error instanceof BadInput ? EXIT.usage : EXIT.failed;
}
process.exit();
