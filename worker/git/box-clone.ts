import { type Sandbox, WORKSPACE } from "../sandbox/sandbox.ts";
import { baseRef } from "./base.ts";
import { BOX_GIT_FOLDER, runInBox } from "./box/script.ts";
import { sendFile } from "./box/transfer.ts";
import type { Base } from "./repository.ts";

/** A run's clone in its box. */
export type BoxClone = {
  /** Where the agent works. */
  path: string;
  /** The run's branch. */
  branch: string;
  baseBranch: string;
  /** Null: the repository was empty. */
  baseCommit: string | null;
  timeoutMs: number;
  maxBundleBytes: number;
};

export type CloneRequest = {
  base: Base;
  branch: string;
  /** Of each script in the box. */
  timeoutMs?: number;
  maxBundleBytes?: number;
  signal?: AbortSignal;
};

/**
 * The bundle goes into a store beside the clone, and the clone is made from the store: when the agent deletes its
 * `.git`, what it started from is still there. The clone has no remote: there is nowhere to push to from a box.
 */
const CLONE = `
rm -rf "$STORE" "$REPO"
mkdir -p "$(dirname "$REPO")"
git init -q --bare --template= --initial-branch=pihordev-store --object-format="$FORMAT" "$STORE"
own config core.bare false
own config core.quotePath false
own config core.autocrlf false
own config core.ignoreCase false
own config gc.auto 0
if [ -n "$COMMIT" ]; then
  cat "$BUNDLE".[0-9]* > "$BUNDLE"
  rm -f "$BUNDLE".[0-9]*
  own fetch -q --no-tags "$BUNDLE" "+$BASE_REF:refs/heads/$BASE"
  rm -f "$BUNDLE"
  git clone -q --no-tags --single-branch --template= --branch "$BASE" "$STORE" "$REPO"
  own update-ref refs/pihordev/base "$COMMIT"
  own update-ref -d "refs/heads/$BASE"
  theirs remote remove origin
  theirs checkout -q -b "$BRANCH"
else
  git init -q --template= --initial-branch="$BRANCH" "$REPO"
fi
theirs config user.name "$GIT_AUTHOR_NAME"
theirs config user.email "$GIT_AUTHOR_EMAIL"
`;

/** Fills an open box: the repository at WORKSPACE, on the run's branch. Throws RepositoryError, SandboxError. */
export async function prepareClone(sandbox: Sandbox, request: CloneRequest): Promise<BoxClone> {
  const { base, branch, timeoutMs = 300_000, maxBundleBytes = 2 * 1024 ** 3, signal } = request;
  const bundle = `${BOX_GIT_FOLDER}/base.bundle`;
  if (base.bundlePath !== null) await sendFile(sandbox, base.bundlePath, bundle);
  await runInBox(sandbox, {
    failure: "The repository could not be prepared in the sandbox",
    body: CLONE,
    variables: {
      BUNDLE: bundle,
      BASE: base.branch,
      BASE_REF: base.commit === null ? "" : baseRef(base.commit),
      COMMIT: base.commit ?? "",
      BRANCH: branch,
      FORMAT: base.commit?.length === 64 ? "sha256" : "sha1",
    },
    timeoutMs,
    ...(signal ? { signal } : {}),
  });
  const { branch: baseBranch, commit: baseCommit } = base;
  return { path: WORKSPACE, branch, baseBranch, baseCommit, timeoutMs, maxBundleBytes };
}
