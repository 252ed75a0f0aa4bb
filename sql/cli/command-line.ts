import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { BadInput, messageOf } from "../../core/errors.ts";

/** Parses a command's options; throws BadInput with one sentence for an unknown one or anything beside options. */
export function parseOptions<Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new BadInput(`${messageOf(error).split(". ")[0]}. --help lists what there is.`);
  }
}

/** Runs a command: its exit code is the process's; what is thrown becomes one sentence on stderr and exit code 1. */
export async function runCommandLine(main: (args: readonly string[]) => Promise<number>): Promise<never> {
  try {
    process.exit(await main(process.argv.slice(2)));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  }
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
