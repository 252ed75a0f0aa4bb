import { createEffect, createMemo, createSignal, For, on, onMount, Show } from "solid-js";
import { Virtualizer, type VirtualizerHandle } from "virtua/solid";
import IconDown from "~icons/lucide/arrow-down";
import { CardRow } from "../cards/CardRow.tsx";
import { Avatar } from "../elements/Avatar.tsx";
import { Skeleton } from "../elements/Notice.tsx";
import { createFollowEnd } from "../run-state/follow-end.ts";
import { useRun } from "../run-state/run-context.tsx";
import { useApp } from "../shell/app-context.tsx";
import { onKeys } from "../shell/keys.ts";
import { words } from "../words.ts";
import { Activity } from "./Activity.tsx";

const TOP_PX = 20;

/** What happened, from the end: only what one looks at is in the page, however long the run is. */
export function Timeline() {
  const run = useRun();
  const follow = createFollowEnd();
  const [handle, setHandle] = createSignal<VirtualizerHandle>();
  const [region, setRegion] = createSignal<HTMLElement>();
  let content: HTMLDivElement | undefined;
  const order = run.store.order;
  const fresh = createFreshCount(order, follow.following);
  onMount(() => {
    const element = region();
    if (element && content) follow.watch(element, content);
  });
  listenToCardKeys({ order, region, show: (index) => handle()?.scrollToIndex(index, { align: "nearest" }) });
  return (
    <div class="relative min-h-0 flex-1">
      <section
        ref={setRegion}
        onScroll={follow.onScroll}
        class="bar-thin h-full overflow-y-auto [overflow-anchor:none]"
        tabindex="0"
        aria-label={words.run.timeline}
      >
        <div
          ref={content}
          class="mx-auto max-w-[828px] px-6 max-tablet:px-4"
          style={{ "padding-top": `${TOP_PX}px` }}
        >
          <Show when={order().length === 0 && !run.store.caughtUp()}>
            <Skeleton rows={5} label={words.run.timeline} />
          </Show>
          <div role="feed" aria-label={words.run.timeline} aria-busy={!run.store.caughtUp()}>
            <Virtualizer
              ref={setHandle}
              data={order()}
              scrollRef={region() ?? document.body}
              startMargin={TOP_PX}
              bufferSize={400}
            >
              {(id, index) => {
                const card = createMemo(() => run.store.card(id));
                return (
                  <Show when={card()}>
                    {(known) => (
                      <CardRow card={known()} runId={run.runId} place={index()} total={order().length} />
                    )}
                  </Show>
                );
              }}
            </Virtualizer>
          </div>
          <Sending />
          <Activity />
        </div>
      </section>
      <Show when={!follow.following()}>
        <button
          type="button"
          onClick={follow.toEnd}
          class="absolute bottom-3 left-1/2 flex min-h-8 -translate-x-1/2 items-center gap-1.5 rounded-full border border-line bg-raised px-3 text-meta font-medium shadow-float max-tablet:min-h-11"
        >
          <IconDown />
          {fresh() > 0 ? words.run.follow(fresh()) : words.run.toEnd}
        </button>
      </Show>
    </div>
  );
}

/** Cards that came since the person left the end. */
function createFreshCount(order: () => readonly string[], following: () => boolean) {
  const [seen, setSeen] = createSignal(0);
  createEffect(() => {
    if (following()) setSeen(order().length);
  });
  return () => Math.max(0, order().length - seen());
}

function Sending() {
  const app = useApp();
  const run = useRun();
  const word = () =>
    app.tailState().status === "online" ? words.run.composer.sending : words.run.composer.waits;
  return (
    <For each={run.steers.pending()}>
      {(steer) => (
        <div class="flex gap-2.5 pb-3.5 opacity-70">
          <Avatar name={app.session.person.name} />
          <div class="min-w-0 flex-1 pt-0.5">
            <div class="flex items-center gap-2">
              <span class="font-semibold">{app.session.person.name}</span>
              <span class="rounded-tag border border-dashed border-line-strong px-1.5 text-caption text-text-2">
                {word()}
              </span>
            </div>
            <div class="mt-0.5 text-reading whitespace-pre-wrap">{steer.text}</div>
          </div>
        </div>
      )}
    </For>
  );
}

type CardKeys = {
  order: () => readonly string[];
  region: () => HTMLElement | undefined;
  show(index: number): void;
};

/** J and K walk the cards, O opens or folds the one that has the focus. */
function listenToCardKeys({ order, region, show }: CardKeys): void {
  const [wanted, setWanted] = createSignal<number | null>(null);
  const cardAt = (index: number) =>
    region()?.querySelector<HTMLElement>(`[data-card="${CSS.escape(order()[index] ?? "")}"]`);
  createEffect(
    on(wanted, (index) => {
      if (index === null) return;
      show(index);
      requestAnimationFrame(() => cardAt(index)?.focus({ preventScroll: true }));
    }),
  );
  onKeys((event, command) => {
    if (command) return;
    const focused = document.activeElement?.closest<HTMLElement>("[data-card]");
    const index = focused ? order().indexOf(focused.dataset.card ?? "") : order().length;
    if (event.key === "j") setWanted(Math.min(order().length - 1, index + 1));
    else if (event.key === "k") setWanted(Math.max(0, index - 1));
    else if (event.key === "o") focused?.querySelector<HTMLElement>("[data-fold]")?.click();
    else return;
    event.preventDefault();
  });
}
