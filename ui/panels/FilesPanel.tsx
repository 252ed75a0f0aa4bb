import { createMemo, createResource, createSignal, For, Match, Show, Switch } from "solid-js";
import type { FileAtCheckpoint } from "../api.ts";
import { languageOf } from "../diff/load-highlight.ts";
import { ErrorNotice, Skeleton } from "../elements/Notice.tsx";
import { bytes, exact } from "../format.ts";
import { CodeBlock } from "../markdown/Markdown.tsx";
import { FileIcon } from "../run/RunRail.tsx";
import { useRun } from "../run-state/run-context.tsx";
import { useApp } from "../shell/app-context.tsx";
import { sentenceOf } from "../shell/create-app.ts";
import { words } from "../words.ts";

const w = words.panels.files;

/** The changed files, whole, as the last checkpoint holds them. */
export function FilesPanel() {
  const run = useRun();
  const [path, setPath] = createSignal<string | null>(null);
  const files = createMemo(() => run.changes.files().filter((file) => file.status !== "deleted"));
  const checkpoint = () => run.store.facts().checkpoint;
  return (
    <Show when={checkpoint()} fallback={<p class="px-6 py-10 text-center text-text-2">{w.empty}</p>}>
      {(saved) => (
        <div class="flex h-full min-h-0 max-tablet:flex-col max-tablet:overflow-y-auto">
          <div class="bar-thin w-[252px] shrink-0 overflow-y-auto border-r border-line p-3 max-tablet:w-full max-tablet:border-r-0 max-tablet:border-b">
            <p class="px-2 pb-2 text-meta text-text-3">{w.asOf(exact(saved().position))}</p>
            <ul aria-label={w.label}>
              <For each={files()}>
                {(file) => (
                  <li>
                    <button
                      type="button"
                      title={file.path}
                      aria-current={file.path === path() ? "true" : undefined}
                      onClick={() => setPath(file.path)}
                      class="flex min-h-7 w-full items-center gap-2 rounded-control px-2 text-left text-text-2 hover:bg-sunken aria-[current]:bg-pressed aria-[current]:text-text max-tablet:min-h-11"
                    >
                      <FileIcon file={file} />
                      <span class="min-w-0 flex-1 truncate">{file.path}</span>
                    </button>
                  </li>
                )}
              </For>
            </ul>
          </div>
          <section class="bar-thin min-w-0 flex-1 overflow-auto" tabindex="0" aria-label={w.label}>
            <Show when={path()} fallback={<p class="p-6 text-text-2">{w.choose}</p>}>
              {(chosen) => <FileText path={chosen()} at={saved().position} />}
            </Show>
          </section>
        </div>
      )}
    </Show>
  );
}

function FileText(props: { path: string; at: number }) {
  const app = useApp();
  const run = useRun();
  const [file] = createResource(
    () => ({ path: props.path, at: props.at }),
    ({ path, at }) => app.api.file(run.runId, path, at),
  );
  return (
    <Switch>
      <Match when={file.error}>
        {(error) => <ErrorNotice class="m-4">{`${w.failed} ${sentenceOf(error())}`}</ErrorNotice>}
      </Match>
      <Match when={file.loading}>
        <Skeleton rows={8} label={w.loading} />
      </Match>
      <Match when={file()}>{(found) => <Content file={found()} path={props.path} />}</Match>
    </Switch>
  );
}

function Content(props: { file: FileAtCheckpoint; path: string }) {
  return (
    <>
      <div class="flex min-h-12 items-center gap-3 border-b border-line px-4">
        <h2 class="min-w-0 flex-1 font-mono text-base font-normal tracking-normal">{props.path}</h2>
        <span class="text-meta text-text-3">{bytes(props.file.size)}</span>
      </div>
      <Show when={props.file.text !== null} fallback={<p class="p-6 text-text-2">{w.binary}</p>}>
        <div class="p-4">
          <CodeBlock text={props.file.text ?? ""} language={languageOf(props.path)} />
        </div>
      </Show>
    </>
  );
}
