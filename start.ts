import { prepare } from "./worker/installation/bootstrap/prepare.ts";
import { runProgram } from "./worker/installation/bootstrap/run-child.ts";
import { exitWith, Stop } from "./worker/installation/bootstrap/stop.ts";

const HELP = `Starts everything: an embedded PostgreSQL, the page, a worker and its sandboxes.

Usage: bun start.ts [--help]

Installs packages and missing system programs first, builds the page when its sources changed, and prints the
page's address when it is ready. Ctrl-C stops everything in order. Data lies in .pihordev (PIHORDEV_DATA).
Settings are environment variables, all optional: PORT, DATABASE_URL, PIHORDEV_MODEL, provider keys, …
Other commands: bun pihordev.ts --help`;

/** Also behind `pihordev.ts start`. No package may be imported in this process. */
export async function start(args: readonly string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(HELP);
    return 0;
  }
  if (args.length > 0)
    throw new Stop(`start does not know "${args[0]}": bun start.ts --help lists what there is.`);
  prepare(import.meta.dirname, { page: true, agents: true });
  return await runProgram(import.meta.dirname, "worker/installation/supervise.ts", { args: ["start"] });
}

if (import.meta.main) await exitWith(() => start(process.argv.slice(2)));
