import { readFileSync } from "node:fs";
import { say } from "../stop.ts";
import { findProgram, tryTool } from "../tool.ts";

const SETTING = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";

/** Ubuntu's AppArmor may refuse the namespaces that a sandbox is made of: then the one command is printed. */
export function adviseOnUserNamespaces(): void {
  const advice = userNamespaceAdvice();
  if (advice !== null) say(advice);
}

/** Null: nothing is in the way. A distribution's own profile for bwrap may allow what the setting refuses: it is tried. */
export function userNamespaceAdvice(setting = SETTING): string | null {
  if (!isRestricted(setting)) return null;
  const bwrap = findProgram("bwrap");
  if (
    bwrap === null ||
    tryTool(unprivileged([bwrap, "--unshare-all", "--ro-bind", "/", "/", "true"])) === null
  ) {
    return null;
  }
  const sudo = process.geteuid?.() === 0 ? "" : "sudo ";
  return (
    "AppArmor keeps ordinary users from making namespaces, and without them no sandbox can be made. Allow them with: " +
    `${sudo}sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`
  );
}

/** As root the sandbox is made by an ordinary user too. */
function unprivileged(command: readonly string[]): readonly string[] {
  if (process.geteuid?.() !== 0) return command;
  return ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", ...command];
}

function isRestricted(setting: string): boolean {
  try {
    return readFileSync(setting, "utf8").trim() === "1";
  } catch {
    return false;
  }
}
