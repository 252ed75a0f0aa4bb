import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import { exact } from "../format.ts";
import { useRun } from "../run-state/run-context.tsx";
import { useApp } from "../shell/app-context.tsx";
import { words } from "../words.ts";

export const TABS = ["chat", "changes", "checks", "files", "events"] as const;
export type TabName = (typeof TABS)[number];

export function tabPath(runId: string, tab: TabName): string {
  return `/runs/${runId}${tab === "chat" ? "" : `/${tab}`}`;
}

/** The parts of the run, each with its own address; on a phone they scroll sideways. */
export function RunTabs(props: { tab: TabName }) {
  const app = useApp();
  const run = useRun();
  const count = (tab: TabName): number | null => {
    if (tab === "changes") return run.changes.files().length;
    if (tab === "checks") return run.checks().checks.length;
    return tab === "events" ? run.store.view().events.length : null;
  };
  return (
    <nav aria-label={words.run.tabList} class="border-b border-line">
      <ul class="flex overflow-x-auto px-5 [scrollbar-width:none] max-tablet:px-4">
        <For each={TABS}>
          {(tab) => (
            <li>
              <A
                href={app.href(tabPath(run.runId, tab))}
                aria-current={tab === props.tab ? "page" : undefined}
                class={`mr-5 flex min-h-9 items-center gap-1.5 border-b-2 text-base font-medium whitespace-nowrap max-tablet:min-h-11 ${tab === props.tab ? "border-text text-text" : "border-transparent text-text-2 hover:text-text"}`}
              >
                {words.run.tabs[tab]}
                <Show when={count(tab)}>
                  {(found) => <span class="tabular text-meta font-normal text-text-3">{exact(found())}</span>}
                </Show>
              </A>
            </li>
          )}
        </For>
      </ul>
    </nav>
  );
}
