import { spawn } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import type { Network } from "../../sandbox.ts";
import { type Cgroups, prepareCgroups } from "./limits/cgroups.ts";

/** What this machine can do for boxes: found out once, when the server starts. */
export type Machine = {
  isRoot: boolean;
  network: Network;
  networkReason: string;
  cgroups: Cgroups | null;
};

export const PROGRAM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** IPv4 only, the host's loopback and gateway not mapped, no port forwarded in either direction. */
export const PASTA = [
  "pasta",
  "-q",
  "-f",
  "-4",
  "--config-net",
  "--no-map-gw",
  "-t",
  "none",
  "-u",
  "none",
  "-T",
  "none",
  "-U",
  "none",
] as const;
const PROBE_TIMEOUT_MS = 10_000;

/** Absolute path of a program of the system, or null. */
export function findProgram(name: string): string | null {
  const found = PROGRAM_PATH.split(":")
    .map((folder) => join(folder, name))
    .find(isExecutable);
  return found ?? null;
}

export async function probeMachine(options: { cgroupName: string; network: boolean }): Promise<Machine> {
  const isRoot = process.getuid?.() === 0;
  const networkReason = options.network ? await whyNoNetwork(isRoot) : "SANDBOX_NETWORK is off.";
  return {
    isRoot,
    network: networkReason === "" ? "egress" : "none",
    networkReason,
    cgroups: isRoot ? prepareCgroups(options.cgroupName) : null,
  };
}

/** Addresses and networks of the host itself: a box must reach none of them. */
export function hostNetworks(): string[] {
  const entries = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outside = entries.filter((entry) => entry.family === "IPv4" && !entry.internal);
  return outside.flatMap((entry) => (entry.cidr ? [`${entry.address}/32`, networkOf(entry.cidr)] : []));
}

/** Runs a program to its end with a clean environment; never throws. */
export function tryProgram(
  argv: readonly string[],
  timeoutMs: number,
): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve) => {
    const [program = "", ...rest] = argv;
    const child = spawn(program, rest, {
      cwd: "/",
      env: { PATH: PROGRAM_PATH },
      stdio: ["ignore", "ignore", "pipe"],
      timeout: timeoutMs,
      killSignal: "SIGKILL",
    });
    let stderr = "";
    child.stderr.on("data", (bytes: Buffer) => {
      stderr = `${stderr}${bytes}`.slice(-2_000);
    });
    child.on("error", (error) => resolve({ code: 127, stderr: error.message }));
    child.on("close", (code) => resolve({ code: code ?? 137, stderr: stderr.trim() }));
  });
}

async function whyNoNetwork(isRoot: boolean): Promise<string> {
  if (!findProgram("pasta")) return "pasta is missing (package passt).";
  if (!findProgram("ip")) return "ip is missing (package iproute2).";
  if (!existsSync("/dev/net/tun")) return "/dev/net/tun is missing on this machine.";
  const drop = isRoot ? ["setpriv", "--reuid", "2000000000", "--regid", "2000000000", "--clear-groups"] : [];
  const probe = await tryProgram(
    [...drop, ...PASTA, "--", "ip", "-4", "route", "get", "203.0.113.1"].flat(),
    PROBE_TIMEOUT_MS,
  );
  if (probe.code === 0) return "";
  return `pasta cannot make a network here: ${withoutLogNoise(probe.stderr) || `exit code ${probe.code}`}.`;
}

/** The network that holds an address, for example 192.168.1.7/24 → 192.168.1.0/24. */
function networkOf(cidr: string): string {
  const [address = "", bits = "32"] = cidr.split("/");
  const number = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(number / size) * size;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".")}/${bits}`;
}

/** pasta complains of a missing syslog on every line. */
function withoutLogNoise(text: string): string {
  return text
    .split("\n")
    .filter((line) => line.trim() && !line.includes("syslog"))
    .join(" ")
    .slice(0, 300);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
