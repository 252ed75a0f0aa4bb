import { createMemo, createSignal, For, Show } from "solid-js";
import IconSearch from "~icons/lucide/search";
import { Counts } from "../cards/EditBody.tsx";
import type { FileDiff } from "../diff/parse-diff.ts";
import { shortCommit } from "../format.ts";
import { useRun } from "../run-state/run-context.tsx";
import { words } from "../words.ts";

const w = words.panels.changes;
const LETTER_COLOR = {
  added: "text-green",
  deleted: "text-red",
  renamed: "text-accent",
  modified: "text-text-2",
} as const;

/** 252 px at the left; on a phone a list above the diff. */
export function ChangedFiles(props: {
  files: readonly FileDiff[];
  chosen: string;
  onChoose(path: string): void;
}) {
  const run = useRun();
  const [filter, setFilter] = createSignal("");
  const shown = createMemo(() =>
    props.files.filter((file) => file.path.toLowerCase().includes(filter().toLowerCase())),
  );
  const skipped = () => run.store.facts().checkpoint?.skipped.length ?? 0;
  return (
    <div class="bar-thin w-[252px] shrink-0 overflow-y-auto border-r border-line p-3 max-tablet:w-full max-tablet:border-r-0 max-tablet:border-b">
      <Show when={props.files.length > 5}>
        <label class="flex min-h-7 items-center gap-2 rounded-control border border-line-strong bg-raised px-2.5 max-tablet:min-h-11">
          <IconSearch class="icon text-text-3" />
          <span class="sr-only">{w.filter}</span>
          <input
            type="search"
            value={filter()}
            onInput={(event) => setFilter(event.currentTarget.value)}
            placeholder={w.filter}
            class="min-w-0 flex-1 bg-transparent outline-none placeholder:text-text-3 max-tablet:text-[16px]"
          />
        </label>
      </Show>
      <div class="flex min-h-8 items-center justify-between px-2 text-meta text-text-2">
        <span>{w.total(props.files.length)}</span>
        <Counts additions={run.changes.additions()} deletions={run.changes.deletions()} />
      </div>
      <ul aria-label={w.files}>
        <For each={shown()} fallback={<li class="px-2 text-text-3">{w.noMatch}</li>}>
          {(file) => <FileRow file={file} chosen={file.path === props.chosen} onChoose={props.onChoose} />}
        </For>
      </ul>
      <Show when={run.changes.from() === "edits"}>
        <p class="mt-3 px-2 text-meta text-text-3">{w.soFar}</p>
      </Show>
      <Show when={skipped() > 0}>
        <p class="mt-3 px-2 text-meta text-amber">{w.skipped(skipped())}</p>
      </Show>
      <Show when={run.store.facts().completed?.commit}>
        {(commit) => (
          <div class="mt-5 px-2">
            <h2 class="text-meta font-normal tracking-normal text-text-2">{w.commits}</h2>
            <p class="mt-1 font-mono text-meta">{shortCommit(commit())}</p>
          </div>
        )}
      </Show>
    </div>
  );
}

function FileRow(props: { file: FileDiff; chosen: boolean; onChoose(path: string): void }) {
  const name = () => props.file.path.slice(props.file.path.lastIndexOf("/") + 1);
  return (
    <li>
      <button
        type="button"
        aria-current={props.chosen ? "true" : undefined}
        title={props.file.path}
        onClick={() => props.onChoose(props.file.path)}
        class="flex min-h-7 w-full items-center gap-2.5 rounded-control px-2 text-left text-text-2 hover:bg-sunken aria-[current]:bg-pressed aria-[current]:text-text max-tablet:min-h-11"
      >
        <abbr
          title={w.statuses[props.file.status]}
          class={`w-3 font-mono text-meta no-underline ${LETTER_COLOR[props.file.status]}`}
        >
          {w.letters[props.file.status]}
        </abbr>
        <span class="min-w-0 flex-1 truncate">{name()}</span>
        <Counts additions={props.file.additions} deletions={props.file.deletions} />
      </button>
    </li>
  );
}
