import { start } from "./start.ts";
import { COMMANDS, type Command } from "./worker/installation/bootstrap/commands.ts";
import { nearest } from "./worker/installation/bootstrap/nearest.ts";
import { prepare } from "./worker/installation/bootstrap/prepare.ts";
import { runProgram } from "./worker/installation/bootstrap/run-child.ts";
import { exitWith, Stop } from "./worker/installation/bootstrap/stop.ts";

const START_SUMMARY = "start everything: database, page, worker and sandboxes";

/** No package may be imported in this process: each command is a program of its own. */
async function main(argv: readonly string[]): Promise<number> {
  const [first, ...rest] = argv;
  if (first === undefined || first === "--help" || first === "-h" || first === "help") return print(help());
  if (first === "start") return await start(rest);
  const [name, args] = first === "verify" ? verifyWhat(rest) : [first, rest];
  const command = COMMANDS[name];
  if (command === undefined) throw new Stop(unknownCommand(name));
  if (command.help !== null && args.some((each) => each === "--help" || each === "-h"))
    return print(command.help);
  if (command.bare && args.length > 0) {
    throw new Stop(`${name} does not know "${args[0]}": bun pihordev.ts ${name} --help says what it does.`);
  }
  return await runCommand(command, args);
}

async function runCommand({ file, args, needs, stdin }: Command, given: readonly string[]): Promise<number> {
  prepare(import.meta.dirname, needs);
  return await runProgram(import.meta.dirname, file, { args: [...args, ...given], ...(stdin && { stdin }) });
}

/** There is one thing to verify so far; bare `verify` verifies all there is. */
function verifyWhat(args: readonly string[]): [string, readonly string[]] {
  const [what, ...rest] = args;
  if (what === undefined || what.startsWith("-")) return ["verify log", args];
  return [`verify ${what}`, rest];
}

function help(): string {
  const lines = Object.entries({ start: { summary: START_SUMMARY }, ...COMMANDS }).map(
    ([name, { summary }]) => `  ${name.padEnd(12)}${summary}`,
  );
  return `Usage: bun pihordev.ts <command> [options]

${lines.join("\n")}

Each has --help. Settings are environment variables; data lies in .pihordev (PIHORDEV_DATA).`;
}

function unknownCommand(name: string): string {
  const near = nearest(name, ["start", "verify", ...Object.keys(COMMANDS)]);
  const hint = near === null ? "" : ` Did you mean "${near}"?`;
  return `There is no command "${name}".${hint} bun pihordev.ts --help lists them.`;
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

await exitWith(() => main(process.argv.slice(2)));
