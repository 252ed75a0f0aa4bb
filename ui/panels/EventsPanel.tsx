import { useSearchParams } from "@solidjs/router";
import { createMemo, createSignal, Show } from "solid-js";
import { Virtualizer } from "virtua/solid";
import type { RecordedEvent } from "../../core/event.ts";
import { known } from "../apply-event.ts";
import { Select } from "../elements/Select.tsx";
import { timeTaken } from "../fold/time-at-work.ts";
import { exact, timeWithSeconds } from "../format.ts";
import { useRun } from "../run-state/run-context.tsx";
import { useApp } from "../shell/app-context.tsx";
import { words } from "../words.ts";

const w = words.panels.events;
const ROW =
  "grid grid-cols-[64px_80px_minmax(150px,200px)_96px_minmax(0,1fr)] items-center gap-3 px-5 max-tablet:grid-cols-[56px_minmax(0,1fr)] max-tablet:gap-x-3 max-tablet:gap-y-0 max-tablet:px-4";
const ALL = "all";

/** Every event of the run, newest first, as it was recorded. */
export function EventsPanel() {
  const run = useRun();
  const [search, setSearch] = useSearchParams<{ type?: string }>();
  const [scroller, setScroller] = createSignal<HTMLDivElement>();
  const events = () => run.store.view().events;
  const types = createMemo(() => [...new Set(events().map((event) => event.type))].sort());
  const shown = createMemo(() => {
    const wanted = search.type;
    return (wanted ? events().filter((event) => event.type === wanted) : events()).toReversed();
  });
  return (
    <div class="flex h-full flex-col">
      <div class="flex min-h-12 items-center gap-3 border-b border-line px-5 py-2 max-tablet:px-4">
        <Select
          bar
          label={w.filter}
          placeholder={w.filter}
          choices={[
            { value: ALL, label: w.filter },
            ...types().map((type) => ({ value: type, label: type })),
          ]}
          value={search.type ?? ALL}
          onChange={(type) => setSearch({ type: type === ALL ? null : type })}
        />
        <span class="tabular text-meta text-text-3">
          {w.shown(exact(shown().length), exact(events().length))}
        </span>
      </div>
      <section
        ref={setScroller}
        class="bar-thin min-h-0 flex-1 overflow-y-auto"
        tabindex="0"
        aria-label={w.label}
      >
        <Virtualizer data={shown()} scrollRef={scroller() ?? document.body}>
          {(event) => <EventRow event={event} />}
        </Virtualizer>
        <Show when={events().length === 0}>
          <p class="px-6 py-10 text-center text-text-2">{w.empty}</p>
        </Show>
      </section>
    </div>
  );
}

function EventRow(props: { event: RecordedEvent }) {
  const app = useApp();
  const run = useRun();
  const [open, setOpen] = createSignal(false);
  const actor = () => {
    const { kind, id } = props.event.metadata.actor;
    return kind === "person" ? app.nameOf(id) : w.actors[kind];
  };
  const summary = () => {
    const event = known(props.event);
    return event === null ? "" : words.event(event, timeTaken(run.store.facts()));
  };
  return (
    <div class="border-b border-line">
      <button
        type="button"
        aria-expanded={open()}
        onClick={() => setOpen(!open())}
        class={`${ROW} min-h-9 w-full py-1 text-left hover:bg-sunken`}
      >
        <span class="tabular text-text-3">{exact(props.event.position)}</span>
        <time
          class="tabular text-meta text-text-3 max-tablet:order-last max-tablet:col-start-2"
          datetime={props.event.recordedAt}
          title={props.event.recordedAt}
        >
          {timeWithSeconds(props.event.recordedAt)}
        </time>
        <span class="truncate font-medium">{props.event.type}</span>
        <span class="text-meta text-text-2 max-tablet:hidden">{actor()}</span>
        <span class="truncate text-text-2 max-tablet:col-start-2">{summary()}</span>
      </button>
      <Show when={open()}>
        <section
          tabindex="0"
          aria-label={w.json}
          class="bar-thin max-h-[50dvh] overflow-auto border-t border-line bg-sunken px-5 py-3"
        >
          <pre class="font-mono text-meta whitespace-pre-wrap">{JSON.stringify(props.event, null, 2)}</pre>
        </section>
      </Show>
    </div>
  );
}
