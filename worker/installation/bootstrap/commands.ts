import type { Needs } from "./prepare.ts";

/** A command of `pihordev.ts` that is a program of its own. */
export type Command = {
  summary: string;
  /** What `--help` prints; null: the program prints its own. */
  help: string | null;
  file: string;
  /** Put before what the person gave. */
  args: readonly string[];
  needs: Needs;
  /** The program reads standard input. */
  stdin?: "inherit";
  /** Takes nothing but `--help`. */
  bare?: true;
};

const SUPERVISE = "worker/installation/supervise.ts";

const DATABASE_HELP = `The database is that of DATABASE_URL, else of the installation that runs on the data folder (PIHORDEV_DATA,
.pihordev), else the embedded one, started for as long as the command takes.`;

/** Every command but `start`, which `start.ts` holds. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  gateway: {
    summary: "serve the page and the API only",
    help: `Serves the page and the API, beside workers that run elsewhere.

Usage: bun pihordev.ts gateway

Works on DATABASE_URL, or on the database of the installation that runs on the data folder.`,
    file: SUPERVISE,
    args: ["gateway"],
    needs: { page: true },
    bare: true,
  },
  worker: {
    summary: "work on tasks only",
    help: `Works on tasks, with a local sandbox server of its own unless OPENSANDBOX_URL is set.

Usage: bun pihordev.ts worker

Works on DATABASE_URL, or on the database of the installation that runs on the data folder.`,
    file: SUPERVISE,
    args: ["worker"],
    needs: { agents: true },
    bare: true,
  },
  run: {
    summary: "do one task from start to end",
    help: null,
    file: "worker/cli/run.ts",
    args: [],
    needs: { agents: true },
    stdin: "inherit",
  },
  migrate: {
    summary: "bring the database to this version",
    help: `Brings the database to this version and makes its roles.

Usage: bun pihordev.ts migrate [--json]

${DATABASE_HELP}`,
    file: "sql/cli/migrate.ts",
    args: [],
    needs: {},
  },
  doctor: {
    summary: "try each thing a run needs, and say what to do about what fails",
    help: `Tries each thing a run needs by using it: the database, a sandbox, its network, git and the model.

Usage: bun pihordev.ts doctor [--json]

Ends with 1 when something fails that is needed.
${DATABASE_HELP}`,
    file: "worker/cli/doctor.ts",
    args: [],
    needs: {},
  },
  "verify log": {
    summary: "check the seals of every organization's log",
    help: `Reads every event and checks it against the seals. Ends with 1 when a log was changed.

Usage: bun pihordev.ts verify log [--organization <id>] [--heads] [--against <file>] [--json]

  --organization <id>  this organization only
  --heads              print the newest seal of each log, signed, to be kept outside
  --against <file>     compare with heads that were kept: only these show that a log's end was cut off

${DATABASE_HELP}`,
    file: "sql/cli/verify-log.ts",
    args: [],
    needs: {},
  },
};
