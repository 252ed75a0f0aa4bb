import { RepositoryError } from "../../core/errors.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { type ChangedFile, parseChangedFiles } from "./box/changed-files.ts";
import { openOut, scriptVariables } from "./box/results.ts";
import { runInBox } from "./box/script.ts";
import { REPAIR, SNAPSHOT } from "./box/snapshot.ts";
import { IN_PIECES } from "./box/transfer.ts";
import type { BoxClone } from "./box-clone.ts";

export type CheckpointOptions = {
  /** Commit of the checkpoint before it in this box; null or not there any more: a full one is made. */
  previous?: string | null;
  signal?: AbortSignal;
};

/** The whole workspace at one moment. */
export type WorkspaceCheckpoint = {
  /** Staged, unstaged and untracked files. Compare trees, not commits: a commit is new each time. */
  tree: string;
  /** Holds `tree` and nothing of the branch's history. Never pushed. */
  commit: string;
  /** The checkpoint commit that `bundle` is on top of; null: it stands alone. */
  base: string | null;
  bundle: Uint8Array;
  /** Unified diff from the run's base, UTF-8; cut at 16 MiB. */
  diff: Uint8Array;
  /** The same changes as a list. */
  files: ChangedFile[];
  changedFiles: number;
  additions: number;
  deletions: number;
  /** Files that are not in it, with the reason. */
  skipped: string[];
  /** For people: what had to be repaired. */
  notes: string[];
};

const MAX_DIFF_BYTES = 16 * 1024 * 1024;
const MAX_LISTING_BYTES = 16 * 1024 * 1024;

const CHECKPOINT = `
snapshot "\${HEAD:-$COMMIT}"
PARENT=
if [ -n "$PREVIOUS" ] && own cat-file -e "$PREVIOUS^{commit}" 2> /dev/null; then PARENT=$PREVIOUS; fi
NEW=$(own commit-tree "$TREE" \${PARENT:+-p "$PARENT"} -m "Checkpoint of $BRANCH" -m "Head: \${HEAD:-none}")
own update-ref refs/pihordev/checkpoint "$NEW"
own bundle create -q "$OUT/bundle" refs/pihordev/checkpoint \${PARENT:+"^$PARENT"}
in_pieces "$OUT/bundle"
FROM=\${COMMIT:-$(own hash-object -t tree /dev/null)}
cut_at() { head -c "$1"; cat > /dev/null; }
diff() { own diff-tree -r -M --no-color --no-ext-diff --no-textconv "$@" "$FROM" "$TREE"; }
diff --raw --no-abbrev -z | cut_at "$MAX_LISTING" > "$OUT/raw"
diff --numstat -z | cut_at "$MAX_LISTING" > "$OUT/numstat"
diff -p --full-index | cut_at "$MAX_DIFF" > "$OUT/diff"
tr '\\0' '\\n' < "$OUT/raw" | sed -n 's/^:[0-7]* [0-7]* [0-9a-f]* \\([0-9a-f]*\\) .*/\\1/p' | own cat-file --batch-check='%(objectname) %(objecttype) %(objectsize)' > "$OUT/sizes"
printf 'tree=%s\\ncommit=%s\\nbase=%s\\n' "$TREE" "$NEW" "$PARENT" > "$OUT/result"
`;

/**
 * Checkpoints the workspace without touching the agent's index, branch or files.
 * Throws RepositoryError, SandboxError, TooLarge.
 */
export async function checkpointWorkspace(
  sandbox: Sandbox,
  clone: BoxClone,
  { previous = null, signal }: CheckpointOptions = {},
): Promise<WorkspaceCheckpoint> {
  const out = openOut(sandbox);
  try {
    await runInBox(sandbox, {
      failure: "The workspace could not be checkpointed",
      body: IN_PIECES + REPAIR + SNAPSHOT + CHECKPOINT,
      variables: {
        ...scriptVariables(clone, out.folder),
        PREVIOUS: previous ?? "",
        MAX_DIFF: String(MAX_DIFF_BYTES),
        MAX_LISTING: String(MAX_LISTING_BYTES),
      },
      timeoutMs: clone.timeoutMs,
      ...(signal ? { signal } : {}),
    });
    const bundle = await out.file("bundle", clone.maxBundleBytes);
    if (bundle === null)
      throw new RepositoryError("The workspace could not be checkpointed: there is no bundle.");
    return { ...(await readCheckpoint(out)), bundle };
  } finally {
    await out.remove();
  }
}

async function readCheckpoint(out: ReturnType<typeof openOut>): Promise<Omit<WorkspaceCheckpoint, "bundle">> {
  const { tree, commit, base } = await out.values();
  if (!tree || !commit)
    throw new RepositoryError("The workspace could not be checkpointed: git gave no commit.");
  const [raw, numstat, sizes] = await Promise.all([out.text("raw"), out.text("numstat"), out.text("sizes")]);
  const files = parseChangedFiles({ raw, numstat, sizes });
  const sum = (key: "additions" | "deletions") => files.reduce((total, file) => total + (file[key] ?? 0), 0);
  return {
    tree,
    commit,
    base: base || null,
    diff: await out.bytes("diff"),
    files,
    changedFiles: files.length,
    additions: sum("additions"),
    deletions: sum("deletions"),
    skipped: await out.skipped(),
    notes: await out.list("notes"),
  };
}
