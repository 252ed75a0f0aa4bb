import { RepositoryError, SandboxError } from "../../../core/errors.ts";
import { PLATFORM_FOLDER, type Sandbox, WORKSPACE } from "../../sandbox/sandbox.ts";

/** The platform's own bare repository in the box: what a run started from, whatever happens to the clone. */
export const STORE = `${PLATFORM_FOLDER}/git/store.git`;
export const BOX_GIT_FOLDER = `${PLATFORM_FOLDER}/git`;

export type BoxScript = {
  /** For the error: what was being done, as in "The clone could not be made". */
  failure: string;
  body: string;
  /** Values reach the script only as variables, never as part of its text. */
  variables: Readonly<Record<string, string>>;
  timeoutMs: number;
  signal?: AbortSignal;
};

/**
 * What every script starts with. `own` runs git in the store with a configuration of its own, so that nothing the
 * agent wrote (hooks, filters, aliases, worktree tricks) has a say; `theirs` runs it in the agent's clone.
 */
const PRELUDE = `
set -euo pipefail
export PATH="$SYSTEM_PATH:$PATH"
export LC_ALL=C GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0 GIT_NO_REPLACE_OBJECTS=1 GIT_OPTIONAL_LOCKS=0 GIT_ADVICE=0
export GIT_AUTHOR_NAME='Pihordev agent' GIT_AUTHOR_EMAIL='agent@pihordev.invalid'
export GIT_COMMITTER_NAME="$GIT_AUTHOR_NAME" GIT_COMMITTER_EMAIL="$GIT_AUTHOR_EMAIL"
mkdir -p "$BOX"
printf '[safe]\\n\\tdirectory = *\\n' > "$BOX/config"
export GIT_CONFIG_GLOBAL="$BOX/config"
own() { env -u GIT_INDEX_FILE -u GIT_WORK_TREE GIT_DIR="$STORE" git "$@"; }
theirs() {
  env -u GIT_INDEX_FILE -u GIT_WORK_TREE -u GIT_DIR git -C "$REPO" --git-dir="$REPO/.git" --work-tree="$REPO" \\
    -c core.hooksPath=/dev/null -c core.fsmonitor=false -c commit.gpgSign=false -c gc.auto=0 "$@"
}
say() { printf '%s\\0' "$1" >> "$OUT/notes"; }
`;

/** Before what an agent may have put into its own folders under the names of our programs. */
const SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin";

/** Ends with exit 3: the message is for the person. */
const GONE = 3;

/** Runs one script in the box. Throws RepositoryError for what git refused, SandboxError when the box is gone. */
export async function runInBox(sandbox: Sandbox, script: BoxScript): Promise<void> {
  const { timeoutMs, signal, failure } = script;
  const result = await sandbox.run(
    `PATH="$SYSTEM_PATH:$PATH" bash -c ${shellQuoted(PRELUDE + script.body)}`,
    {
      cwd: "/",
      timeoutMs,
      env: { SYSTEM_PATH, BOX: BOX_GIT_FOLDER, STORE, REPO: WORKSPACE, ...script.variables },
      maxOutputBytes: 64 * 1024,
      ...(signal ? { signal } : {}),
    },
  );
  if (result.exitCode === 0) return;
  if (result.reason === "lost")
    throw new SandboxError(`${failure}: the sandbox was lost. Run the task again.`);
  if (result.reason === "timeout") throw new RepositoryError(`${failure}: git in the sandbox took too long.`);
  if (result.reason === "aborted")
    throw signal?.reason instanceof Error ? signal.reason : new Error("aborted");
  const said = lastLine(result.output);
  if (result.exitCode === GONE) throw new RepositoryError(`${failure}: ${said}`);
  const full = /No space left on device|Disk quota exceeded/i.test(result.output);
  throw new RepositoryError(`${failure} (${said}).`, { reason: full ? "disk_full" : "repository" });
}

/** One word for the shell, whatever it holds. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function lastLine(output: string): string {
  const lines = output.split("\n").map((line) => line.replace(/^(?:fatal|error): /, "").trim());
  return (lines.filter((line) => line !== "").at(-1) ?? "no reason was given").slice(0, 300);
}
