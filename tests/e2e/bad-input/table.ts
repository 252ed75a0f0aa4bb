/** Every kind of bad input that is tested, what becomes of it, and the test that shows it: `<file> › <test>`. */
export type BadInputCase = { input: string; outcome: string; shownBy: string };

const BEFORE = "tests/e2e/bad-input/before-the-box.e2e.test.ts";
const PROVIDER = "tests/e2e/bad-input/provider.e2e.test.ts";
const BOX = "tests/e2e/bad-input/in-the-box.e2e.test.ts";
const DISK = "tests/e2e/bad-input/full-disk.e2e.test.ts";

export const BAD_INPUT: readonly BadInputCase[] = [
  {
    input: "a path that is no repository",
    outcome: "RunFailed repository, no box is opened",
    shownBy: `${BEFORE} › a path that is no repository`,
  },
  {
    input: "a path that does not exist",
    outcome: "RunFailed repository",
    shownBy: `${BEFORE} › a path that does not exist`,
  },
  { input: "an unreachable URL", outcome: "RunFailed repository", shownBy: `${BEFORE} › an unreachable URL` },
  {
    input: "an ext:: URL",
    outcome: "refused, nothing is recorded",
    shownBy: `${BEFORE} › an ext:: URL is refused before anything is recorded`,
  },
  {
    input: "a missing base branch",
    outcome: "RunFailed base_branch, with the branches there are",
    shownBy: `${BEFORE} › a missing base branch names those that are there`,
  },
  {
    input: "a task of 0 or 200,000 characters",
    outcome: "refused with the number and the limit",
    shownBy: `${BEFORE} › a task of 0 characters, and one of 200,000`,
  },
  { input: "an unknown model", outcome: "RunFailed model", shownBy: `${BEFORE} › an unknown model` },
  {
    input: "a rejected key",
    outcome: "RunFailed model_key, without the key",
    shownBy: `${PROVIDER} › a rejected key is named as such, without the key`,
  },
  {
    input: "a provider that answers 429 or 500",
    outcome: "bounded retries, then RunFailed provider",
    shownBy: `${PROVIDER} › 429 and 500 until the retries are used up`,
  },
  {
    input: "a provider that answers garbage, half a stream or nothing",
    outcome: "RunFailed provider",
    shownBy: `${PROVIDER} › garbage, half a stream, and nothing at all`,
  },
  {
    input: "NUL bytes and lone surrogates in tool output",
    outcome: "replaced by U+FFFD, the run goes on",
    shownBy: `${BOX} › NUL bytes and lone surrogates in tool output are replaced, and the run goes on`,
  },
  {
    input: "a command that prints 1 GB",
    outcome: "counted, 64 KiB in the event, a bounded blob",
    shownBy: `${BOX} › a command that prints 1 GB is counted, and a bounded part of it is kept`,
  },
  {
    input: "a fork bomb",
    outcome: "contained by the box",
    shownBy: `${BOX} › a fork bomb is contained by the box`,
  },
  {
    input: "a box that dies in mid-run",
    outcome: "RunFailed sandbox",
    shownBy: `${BOX} › a box that dies in mid-run ends the run with a sentence`,
  },
  {
    input: "symlinks out of the workspace",
    outcome: "tool errors, nothing of the host",
    shownBy: `${BOX} › symlinks out of the workspace lead nowhere on the host`,
  },
  {
    input: "a deleted .git",
    outcome: "the work is on the branch all the same",
    shownBy: `${BOX} › a deleted .git costs nothing of the work`,
  },
  {
    input: "a hostile .gitattributes and hooks",
    outcome: "run in the box at most",
    shownBy: `${BOX} › a hostile .gitattributes and hooks run nothing outside the box`,
  },
  {
    input: "a full disk",
    outcome: "RunFailed disk_full, events are kept, the next run works",
    shownBy: `${DISK} › ends the run with a sentence and loses no event; with some space the next one works`,
  },
  {
    input: "one poisoned append among good ones",
    outcome: "refused alone, the good ones are stored",
    shownBy:
      "tests/sql/append/poisoned.pg.test.ts › one poisoned append (%s) among good ones fails alone, the others are written",
  },
];
