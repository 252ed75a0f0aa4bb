import { parseArgs } from "node:util";
import { BadInput, messageOf } from "../../../core/errors.ts";

export const HELP = `Usage: bun pihordev.ts run --repo <path|url> [options] "<task>"

Does one task from start to end: a sandbox, an agent, a branch in that repository.
Uses the running installation of the data folder when there is one, else works by itself.

Options:
  --repo <path|url>        the repository: a local path, https or ssh URL, or sample:parcel-tracker
  --branch <base>          branch to start from (default: the repository's own)
  --model <provider/id>    model to use (default: PIHORDEV_MODEL, the first with a key, else demo/rehearsal)
  --json                   one event a line as JSON, last line {"result":{…}}
  --help                   this text

The task is the one argument left, or "-" to read it from standard input.
Exit code: 0 completed, 1 failed, 2 wrong usage, 130 stopped with Ctrl-C.
`;

export type RunArguments = {
  repo: string;
  branch: string | null;
  model: string | null;
  json: boolean;
  /** "-": standard input. */
  task: string;
};

/** Throws BadInput with what is wrong; "help" when help was asked for. */
export function parseRunArguments(argv: readonly string[]): RunArguments | "help" {
  const { values, positionals } = parse(argv);
  if (values.help) return "help";
  if (!values.repo)
    throw new BadInput("Which repository? Give --repo with a path or a git URL (see --help).");
  const [task, ...rest] = positionals;
  if (task === undefined)
    throw new BadInput("What is the task? Give it as one argument in quotes (see --help).");
  if (rest.length > 0) {
    throw new BadInput(`The task is one argument: put it in quotes. "${rest[0]}" was left over.`);
  }
  if (values.model !== undefined && !/^[a-z0-9][a-z0-9-]*\/\S+$/.test(values.model)) {
    throw new BadInput(`"${values.model}" is no model: write provider/id, for example demo/rehearsal.`);
  }
  const { repo, branch = null, model = null, json = false } = values;
  return { repo, branch, model, json, task };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        repo: { type: "string" },
        branch: { type: "string" },
        model: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new BadInput(whatIsWrong(messageOf(error)));
  }
}

/** Node adds advice on dashes to its first sentence, which tells nobody here what to do. */
function whatIsWrong(said: string): string {
  const [first = said] = said.split(/\. |\n/);
  return `${first.replace(/\.$/, "")}: bun pihordev.ts run --help lists the options.`;
}
