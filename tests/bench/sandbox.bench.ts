import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings } from "../../core/settings.ts";
import { openSandbox } from "../../worker/sandbox/open-sandbox.ts";
import { startLocalServer } from "../../worker/sandbox/start-local-server.ts";
import type { Bench, BenchOptions } from "./bench.ts";

const COMMANDS_PER_ROUND = 60;

/** A box through the SDK: how long until it is ready, and until a command's result is there. */
async function run({ rounds, scale }: BenchOptions) {
  const commands = Math.max(5, Math.round(COMMANDS_PER_ROUND * scale));
  const dataFolder = await mkdtemp(join(tmpdir(), "pihordev-bench-"));
  const settings = readSettings({});
  const server = await startLocalServer({ dataFolder, settings });
  const endpoint = { url: server.url, apiKey: server.apiKey, provider: "local" as const };
  const open = () => openSandbox({ orgId: randomUUID(), runId: randomUUID() }, { settings, endpoint });
  const samples = { ready: [] as number[], command: [] as number[], close: [] as number[] };
  try {
    // The first box of a server reads its programs from the disk.
    await (await open()).close();
    for (let round = 0; round < rounds; round++) {
      const box = await timed(samples.ready, open);
      for (let count = 0; count < commands; count++) {
        await timed(samples.command, () => box.run("true", { timeoutMs: 10_000 }));
      }
      await timed(samples.close, () => box.close());
    }
  } finally {
    await server.stop();
    await rm(dataFolder, { recursive: true, force: true });
  }
  return {
    name: "sandbox",
    rows: [
      { label: "SDK → `true` in a box", unit: "ms", samples: samples.command, target: "p50 ≤ 6" },
      { label: "box ready, warm", unit: "ms", samples: samples.ready, target: "p50 ≤ 400" },
      { label: "box ended, nothing left", unit: "ms", samples: samples.close },
    ],
  };
}

async function timed<T>(samples: number[], work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  samples.push(performance.now() - started);
  return result;
}

export default { name: "sandbox", run } satisfies Bench;
