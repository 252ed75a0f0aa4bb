import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { messageOf } from "../../core/errors.ts";
import type { Settings } from "../../core/settings.ts";
import { findProgram, tryProgram } from "./local-server/box/machine.ts";
import { openSandbox, type SandboxEndpoint } from "./open-sandbox.ts";
import type { Network } from "./sandbox.ts";

/** `advice` is what to do about it, often one command; empty when nothing. */
export type SandboxCheck = {
  ok: boolean;
  detail: string;
  advice: string;
  network: Network | null;
  durationMs: number;
};
export type MachineCheck = {
  ok: boolean;
  /** Packages without which no box starts. */
  missing: string[];
  /** Packages without which boxes have no network. */
  missingForNetwork: string[];
  detail: string;
  advice: string;
};

const NEEDED = [
  { program: "bwrap", package: "bubblewrap" },
  { program: "setpriv", package: "util-linux" },
  { program: "find", package: "findutils" },
  { program: "bash", package: "bash" },
] as const;
const NEEDED_FOR_NETWORK = [
  { program: "pasta", package: "passt" },
  { program: "ip", package: "iproute2" },
] as const;
const COMMAND_TIMEOUT_MS = 10_000;
const APPARMOR = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";
const CLONE = "/proc/sys/kernel/unprivileged_userns_clone";

/** Looks for what the local sandbox server needs of this machine; needs no server. */
export async function checkMachine(): Promise<MachineCheck> {
  if (process.platform !== "linux") {
    const detail = `Boxes of the local sandbox server need Linux, this is ${process.platform}.`;
    const advice = "Set OPENSANDBOX_URL to an OpenSandbox server, or run this in a Linux machine.";
    return { ok: false, missing: [], missingForNetwork: [], detail, advice };
  }
  const missing = packagesOf(NEEDED);
  const missingForNetwork = packagesOf(NEEDED_FOR_NETWORK);
  const install = installCommand([...missing, ...missingForNetwork]);
  if (missing.length > 0) {
    return {
      ok: false,
      missing,
      missingForNetwork,
      detail: `Missing: ${missing.join(", ")}.`,
      advice: install,
    };
  }
  const forbidden = await namespacesForbidden();
  if (forbidden) return { ok: false, missing, missingForNetwork, ...forbidden };
  const withoutNetwork = whyNoNetwork(missingForNetwork);
  const detail = withoutNetwork || "bubblewrap and pasta are here.";
  return {
    ok: true,
    missing,
    missingForNetwork,
    detail,
    advice: missingForNetwork.length > 0 ? install : "",
  };
}

/** The one command that installs Debian packages; empty for none. */
export function installCommand(packages: readonly string[]): string {
  if (packages.length === 0) return "";
  const sudo = process.getuid?.() === 0 ? "" : "sudo ";
  return `${sudo}apt-get install -y ${packages.join(" ")}`;
}

/** Opens a box, runs `true` in it and ends it: the proof that runs will work. Never throws. */
export async function checkSandbox(endpoint: SandboxEndpoint, settings: Settings): Promise<SandboxCheck> {
  const startedAt = Date.now();
  const check = (result: Omit<SandboxCheck, "durationMs">) => ({
    ...result,
    durationMs: Date.now() - startedAt,
  });
  try {
    const sandbox = await openSandbox({ orgId: randomUUID(), runId: randomUUID() }, { settings, endpoint });
    try {
      const { reason, exitCode, output } = await sandbox.run("true", { timeoutMs: COMMAND_TIMEOUT_MS });
      if (exitCode !== 0)
        return check(await failed(`true ended with ${exitCode ?? reason}. ${output}`, endpoint));
      return check(await worked(sandbox.network, endpoint));
    } finally {
      await sandbox.close();
    }
  } catch (thrown) {
    return check(await failed(messageOf(thrown), endpoint));
  }
}

type Outcome = Omit<SandboxCheck, "durationMs">;

async function worked(network: Network, endpoint: SandboxEndpoint): Promise<Outcome> {
  const where = endpoint.provider === "local" ? "bubblewrap on this machine" : endpoint.url;
  if (network === "egress") return { ok: true, detail: `${where}, with a network`, advice: "", network };
  const advice = endpoint.provider === "local" ? (await checkMachine()).advice : "";
  return { ok: true, detail: `${where}, without a network`, advice, network };
}

async function failed(detail: string, endpoint: SandboxEndpoint): Promise<Outcome> {
  const machine = endpoint.provider === "local" ? await checkMachine() : null;
  const remote =
    "Check OPENSANDBOX_URL and OPENSANDBOX_API_KEY, and that the server can start OPENSANDBOX_IMAGE.";
  const advice = machine ? machine.advice || "Run doctor and look at the local sandbox server." : remote;
  return { ok: false, detail, advice, network: null };
}

function packagesOf(needed: readonly { program: string; package: string }[]): string[] {
  return needed.filter(({ program }) => !findProgram(program)).map((one) => one.package);
}

/** Ubuntu's AppArmor and some kernels forbid what bubblewrap does, unless it has a profile of its own: it is tried. */
async function namespacesForbidden(): Promise<{ detail: string; advice: string } | null> {
  const isRoot = process.getuid?.() === 0;
  const drop = isRoot ? ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] : [];
  const box = ["bwrap", "--unshare-user", "--unshare-net", "--ro-bind", "/", "/", "true"];
  const tried = await tryProgram([...drop, ...box], COMMAND_TIMEOUT_MS);
  if (tried.code === 0) return null;
  const sudo = isRoot ? "" : "sudo ";
  const detail = `This system forbids user namespaces, which boxes are made of: ${tried.stderr.slice(-200)}`;
  if (sysctlAt(APPARMOR) === "1") {
    return { detail, advice: `${sudo}sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` };
  }
  if (sysctlAt(CLONE) === "0")
    return { detail, advice: `${sudo}sysctl -w kernel.unprivileged_userns_clone=1` };
  return { detail, advice: "Allow user namespaces, or set OPENSANDBOX_URL to an OpenSandbox server." };
}

function whyNoNetwork(missing: readonly string[]): string {
  if (missing.length > 0) return `Boxes have no network: ${missing.join(", ")} is missing.`;
  if (!existsSync("/dev/net/tun")) return "Boxes have no network: /dev/net/tun is missing.";
  return "";
}

function sysctlAt(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}
