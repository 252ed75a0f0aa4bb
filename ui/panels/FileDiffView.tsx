import { createMemo, createSignal, Match, Show, Switch } from "solid-js";
import IconDown from "~icons/lucide/chevron-down";
import IconUp from "~icons/lucide/chevron-up";
import { Counts } from "../cards/EditBody.tsx";
import { SplitDiffRows, UnifiedRows } from "../diff/DiffRows.tsx";
import { highlighter } from "../diff/load-highlight.ts";
import { type FileDiff, isGenerated } from "../diff/parse-diff.ts";
import { rowsOf, splitRows } from "../diff/rows.ts";
import { Button, IconButton } from "../elements/Button.tsx";
import { Segmented } from "../elements/Segmented.tsx";
import { exact } from "../format.ts";
import { words } from "../words.ts";

const w = words.panels.changes;
/** More changed lines than this are folded at first. */
const FOLD_ABOVE = 400;
const isWide = () => matchMedia("(min-width: 1180px)").matches;
const LAYOUTS = [
  { value: "unified", label: w.unified },
  { value: "split", label: w.split },
] as const;
type Layout = (typeof LAYOUTS)[number]["value"];

/** One file's change. */
export function FileDiffView(props: {
  file: FileDiff;
  place: number;
  count: number;
  onStep(by: number): void;
}) {
  const [layout, setLayout] = createSignal<Layout>("unified");
  const folder = () => props.file.path.slice(0, props.file.path.lastIndexOf("/") + 1);
  return (
    <div class="flex min-w-0 flex-1 flex-col">
      <div class="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-1.5">
        <h2 class="min-w-0 font-mono text-base font-normal tracking-normal">
          <span class="text-text-2 max-tablet:sr-only">{folder()}</span>
          {props.file.path.slice(folder().length)}
        </h2>
        <Counts additions={props.file.additions} deletions={props.file.deletions} />
        <Show when={props.file.formerPath}>
          {(path) => <span class="font-mono text-meta text-text-3">{w.wasNamed(path())}</span>}
        </Show>
        <span class="flex-1" />
        <Show when={isWide()}>
          <Segmented label={w.layout} options={LAYOUTS} value={layout()} onChange={setLayout} />
        </Show>
        <span class="tabular text-meta text-text-3">{w.ofFiles(props.place + 1, props.count)}</span>
        <span class="flex">
          <IconButton label={w.former} keys="P" disabled={props.place === 0} onClick={() => props.onStep(-1)}>
            <IconUp />
          </IconButton>
          <IconButton
            label={w.next}
            keys="N"
            disabled={props.place + 1 >= props.count}
            onClick={() => props.onStep(1)}
          >
            <IconDown />
          </IconButton>
        </span>
      </div>
      <section
        class="bar-thin min-h-0 flex-1 overflow-auto max-tablet:flex-none"
        tabindex="0"
        aria-label={w.diffOf(props.file.path)}
      >
        <Show when={props.file} keyed>
          {(file) => <DiffBody file={file} split={layout() === "split"} />}
        </Show>
      </section>
    </div>
  );
}

function DiffBody(props: { file: FileDiff; split: boolean }) {
  const [shown, setShown] = createSignal(false);
  const changed = () => props.file.additions + props.file.deletions;
  const rows = createMemo(() => rowsOf(props.file, highlighter()));
  return (
    <Switch fallback={<UnifiedRows rows={rows()} />}>
      <Match when={props.file.binary}>
        <Remark text={w.binary} />
      </Match>
      <Match when={props.file.hunks.length === 0}>
        <Remark text={w.modeOnly} />
      </Match>
      <Match when={!shown() && (changed() > FOLD_ABOVE || isGenerated(props.file.path))}>
        <Remark
          text={isGenerated(props.file.path) ? w.generated : w.folded(exact(changed()))}
          onShow={() => setShown(true)}
        />
      </Match>
      <Match when={props.split}>
        <SplitDiffRows rows={splitRows(rows())} />
      </Match>
    </Switch>
  );
}

function Remark(props: { text: string; onShow?: () => void }) {
  return (
    <div class="flex items-center gap-3 p-4 text-text-2">
      {props.text}
      <Show when={props.onShow}>{(show) => <Button onClick={() => show()()}>{w.show}</Button>}</Show>
    </div>
  );
}
