/** Ends the bootstrap with one sentence for a person. */
export class Stop extends Error {}

/** Progress goes to stderr, so that `--json` owns stdout. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Runs an entry: its exit code is the process's; a Stop prints its sentence, anything else its message too. */
export async function exitWith(main: () => Promise<number>): Promise<never> {
  try {
    process.exit(await main());
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}
