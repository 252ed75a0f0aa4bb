import { Stop, say } from "../stop.ts";
import { findProgram, runTool, tryTool } from "../tool.ts";

export type SystemProgram = {
  program: string;
  /** Debian's and Ubuntu's package that brings it. */
  package: string;
  /** What is lost without it, as the end of a sentence. */
  without: string;
  /** False: only less works without it. */
  needed: boolean;
};

export const SANDBOX_PROGRAMS: readonly SystemProgram[] = [
  {
    program: "bwrap",
    package: "bubblewrap",
    without: "no sandbox can be made, so no agent can run",
    needed: true,
  },
  { program: "pasta", package: "passt", without: "sandboxes have no network", needed: false },
  { program: "ip", package: "iproute2", without: "sandboxes have no network", needed: false },
];
export const GIT: SystemProgram = {
  program: "git",
  package: "git",
  without: "no repository can be read",
  needed: true,
};
export const TEST_PROGRAMS: readonly SystemProgram[] = [
  { program: "chromium", package: "chromium", without: "the page cannot be tested", needed: true },
  { program: "sshd", package: "openssh-server", without: "ssh repositories cannot be tested", needed: true },
  { program: "ssh", package: "openssh-client", without: "ssh repositories cannot be tested", needed: true },
];

/**
 * Installs what is missing when this is root on a machine with apt, with a printed line; else prints the exact
 * command and, when something is missing that is needed, throws Stop.
 */
export function ensureSystemPackages(programs: readonly SystemProgram[]): void {
  const missing = programs.filter(({ program }) => findProgram(program) === null);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((each) => each.package))];
  if (process.geteuid?.() === 0 && findProgram("apt-get") !== null) {
    installWithApt(packages);
    return;
  }
  for (const each of missing) say(`${each.program} is missing: without it ${each.without}.`);
  const advice = installAdvice(packages);
  if (missing.some((each) => each.needed)) throw new Stop(advice);
  say(advice);
}

function installWithApt(packages: readonly string[]): void {
  say(`Installing system packages with apt-get: ${packages.join(" ")} …`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const options = ["-y", "-q", "-o", "DPkg::Lock::Timeout=120"];
  const install = ["apt-get", "install", ...options, "--no-install-recommends", ...packages];
  // A fresh machine has no package lists, an old one names versions that the mirror no longer has.
  if (tryTool(install, { env }) === null) return;
  runTool("Reading the package lists", ["apt-get", "update", ...options], { env });
  runTool(`Installing ${packages.join(", ")}`, install, { env });
}

function installAdvice(packages: readonly string[]): string {
  if (process.platform !== "linux") {
    return "The sandbox needs Linux: set OPENSANDBOX_URL to an OpenSandbox server, or start Pihordev in a Linux machine.";
  }
  const sudo = process.geteuid?.() === 0 ? "" : "sudo ";
  return `Install the missing programs and start again: ${sudo}apt-get install -y --no-install-recommends ${packages.join(" ")}`;
}
