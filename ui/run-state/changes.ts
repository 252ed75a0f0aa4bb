import { type Accessor, createMemo, createResource, untrack } from "solid-js";
import type { Api } from "../api.ts";
import { pathOf } from "../cards/call-text.ts";
import { type FileDiff, parseDiff } from "../diff/parse-diff.ts";
import type { RunStore } from "../store.ts";

export type Changes = {
  files: Accessor<readonly FileDiff[]>;
  /** What the files are taken from: the agent's own edits so far, or the workspace as a checkpoint saved it. */
  from: Accessor<"edits" | "checkpoint">;
  additions: Accessor<number>;
  deletions: Accessor<number>;
  loading: Accessor<boolean>;
  error: Accessor<unknown>;
  retry(): void;
};

/** The run's changes: live from its edits, and exact as soon as there is a checkpoint. */
export function createChanges(store: RunStore, api: Api): Changes {
  const blob = createMemo(() => store.facts().checkpoint?.diffBlob ?? null);
  // With a value from the start nothing waits for the diff: the edits stand there until it comes.
  const [saved, { refetch }] = createResource(blob, async (sha) => parseDiff(await api.blob(sha)), {
    initialValue: undefined,
  });
  const loaded = () => (saved.error || blob() === null ? undefined : saved.latest);
  const callChanges = createMemo(() => store.view().callChanges);
  const edits = createMemo(() => {
    callChanges();
    return loaded() === undefined ? untrack(() => editedFiles(store)) : [];
  });
  const files = createMemo(() => loaded() ?? edits());
  const sum = (count: (file: FileDiff) => number) => () =>
    files().reduce((total, file) => total + count(file), 0);
  return {
    files,
    from: () => (loaded() ? "checkpoint" : "edits"),
    additions: sum((file) => file.additions),
    deletions: sum((file) => file.deletions),
    loading: () => saved.loading,
    error: () => saved.error,
    retry: () => void refetch(),
  };
}

/** Finished edits, joined by path in the order of their first change. */
function editedFiles(store: RunStore): FileDiff[] {
  const files = new Map<string, FileDiff>();
  const { cards, order } = store.view();
  for (const id of order) {
    const card = cards.get(id);
    if (card?.kind !== "edit" || card.call.state !== "done" || card.call.diff === null) continue;
    for (const found of parseDiff(card.call.diff)) {
      const path = pathOf(card.call);
      const known = files.get(path);
      files.set(path, known ? joined(known, found) : { ...found, path });
    }
  }
  return [...files.values()];
}

function joined(known: FileDiff, more: FileDiff): FileDiff {
  return {
    ...known,
    additions: known.additions + more.additions,
    deletions: known.deletions + more.deletions,
    hunks: [...known.hunks, ...more.hunks],
  };
}
