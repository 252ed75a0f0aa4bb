import { useLocation } from "@solidjs/router";
import { createEffect, createMemo, createSignal, Match, on, Show, Switch } from "solid-js";
import type { FileDiff } from "../diff/parse-diff.ts";
import { Button } from "../elements/Button.tsx";
import { ErrorNotice, Skeleton } from "../elements/Notice.tsx";
import { useRun } from "../run-state/run-context.tsx";
import { sentenceOf } from "../shell/create-app.ts";
import { onKeys } from "../shell/keys.ts";
import { words } from "../words.ts";
import { ChangedFiles } from "./ChangedFiles.tsx";
import { FileDiffView } from "./FileDiffView.tsx";

const w = words.panels.changes;

/** What the run changed: the files at the left, one file's diff at the right. */
export function ChangesPanel() {
  const run = useRun();
  const chosen = createChosenFile();
  return (
    <div class="flex h-full min-h-0 flex-col">
      <Show when={run.changes.error()}>
        {(error) => (
          <div class="p-4">
            <ErrorNotice>
              {w.loadFailed} {sentenceOf(error())}
            </ErrorNotice>
            <Button class="mt-2" onClick={run.changes.retry}>
              {words.shell.tryAgain}
            </Button>
          </div>
        )}
      </Show>
      <Switch>
        <Match when={run.changes.loading() && run.changes.files().length === 0}>
          <Skeleton rows={6} label={words.run.tabs.changes} />
        </Match>
        <Match when={run.changes.files().length === 0}>
          <p class="px-6 py-10 text-center text-text-2">
            {run.changes.from() === "checkpoint" ? w.none : w.empty}
          </p>
        </Match>
        <Match when={chosen.file()}>
          {(file) => (
            <div class="flex min-h-0 flex-1 max-tablet:flex-col max-tablet:overflow-y-auto">
              <ChangedFiles files={run.changes.files()} chosen={file().path} onChoose={chosen.choose} />
              <FileDiffView
                file={file()}
                place={chosen.place()}
                count={run.changes.files().length}
                onStep={chosen.step}
              />
            </div>
          )}
        </Match>
      </Switch>
    </div>
  );
}

/** The file in the address's `#`, or the first one; `N` and `P` walk. */
function createChosenFile() {
  const { changes } = useRun();
  const location = useLocation();
  const [path, setPath] = createSignal<string | null>(null);
  createEffect(
    on(
      () => location.hash,
      (hash) => hash !== "" && setPath(decodeURIComponent(hash.slice(1))),
    ),
  );
  const place = createMemo(() =>
    Math.max(
      0,
      changes.files().findIndex((file: FileDiff) => file.path === path()),
    ),
  );
  const file = () => changes.files()[place()];
  const step = (by: number) => {
    const next = changes.files()[place() + by];
    if (next) setPath(next.path);
  };
  onKeys((event, command) => {
    if (command || (event.key !== "n" && event.key !== "p")) return;
    event.preventDefault();
    step(event.key === "n" ? 1 : -1);
  });
  return { file, place, choose: (next: string) => setPath(next), step };
}
