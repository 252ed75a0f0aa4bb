import { readFileSync } from "node:fs";

/**
 * `pid start-time` of a living process, so that a pid that was given to another process later is told apart;
 * null: there is none. Where /proc is missing the start time is 0.
 */
export function processStamp(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return null;
  }
  return `${pid} ${startTime(pid)}`;
}

/** Fields after the command's name, which may hold spaces and brackets: state is the first, the start time the 20th. */
function startTime(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "0";
  } catch {
    return "0";
  }
}
