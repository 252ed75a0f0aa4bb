/**
 * The local sandbox server: OpenSandbox's HTTP API over bubblewrap and pasta. Reads one JSON line (config.ts)
 * from stdin, prints one JSON line when it answers, and ends, with all its boxes, on SIGTERM or with its parent.
 */
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { makeBoxes } from "./box/boxes.ts";
import { probeMachine } from "./box/machine.ts";
import { readProcess } from "./box/processes.ts";
import { makeServerFolder, sweepLeftovers } from "./box/server-folder.ts";
import { configSchema, type ReadyLine } from "./config.ts";
import { listen } from "./server.ts";

const PARENT_CHECK_MS = 500;

process.umask(0o022);
const parent = readProcess(process.pid)?.parent;
const config = configSchema.parse(JSON.parse(await firstLine()));
const serverId = randomUUID();
await sweepLeftovers(config.dataFolder);
const self = readProcess(process.pid);
const cgroupName = `pihordev-${process.pid}-${self?.startedAt ?? 0}-${serverId.slice(0, 8)}`;
const machine = await probeMachine({ cgroupName, network: config.network });
const folder = makeServerFolder(config.dataFolder, serverId, machine.cgroups?.folders ?? []);
const boxes = makeBoxes(config, machine, folder);
const { url, server } = await listen(boxes, config.apiKey);
let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  server.close();
  await boxes.close();
  process.exit(0);
}
process.on("SIGTERM", () => void stop());
process.on("SIGINT", () => void stop());
setInterval(() => {
  if (readProcess(process.pid)?.parent !== parent) void stop();
}, PARENT_CHECK_MS);

// Last: who reads it may ask for the end at once.
const ready: ReadyLine = {
  ready: true,
  url,
  network: machine.network,
  networkReason: machine.networkReason,
  memoryLimit: machine.cgroups ? "cgroup" : "watchdog",
};
process.stdout.write(`${JSON.stringify(ready)}\n`);

async function firstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line;
  throw new Error("The sandbox server's configuration is expected on stdin, as one line of JSON.");
}
