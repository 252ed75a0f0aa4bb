import { A } from "@solidjs/router";
import { createMemo, For, Show } from "solid-js";
import { isTerminal } from "../../core/run/state.ts";
import { StatusIcon } from "../elements/Status.tsx";
import { words } from "../words.ts";
import { useApp } from "./app-context.tsx";

const SHOWN = 6;

/** Up to six runs that are at work or wait for a person, the newest first. */
export function RunningNow() {
  const app = useApp();
  const live = createMemo(() =>
    (app.tasks() ?? []).flatMap((task) => {
      const run = task.runs[0];
      return run && !isTerminal(run.status) && run.status !== "queued" ? [{ task, run }] : [];
    }),
  );
  return (
    <Show when={live().length > 0}>
      <section class="mt-5" aria-labelledby="running-now">
        <div class="mb-1 flex justify-between px-2 text-meta text-text-2">
          <h2 id="running-now" class="font-medium tracking-normal">
            {words.shell.runningNow}
          </h2>
          <span class="tabular">{words.shell.runningCount(live().length)}</span>
        </div>
        <ul>
          <For each={live().slice(0, SHOWN)}>
            {({ task, run }) => (
              <li>
                <A
                  href={app.href(`/runs/${run.runId}`)}
                  class="flex min-h-7 items-center gap-2 rounded-control px-2 text-base text-text-2 hover:bg-pressed hover:text-text"
                  activeClass="bg-pressed font-medium text-text!"
                >
                  <StatusIcon status={run.status} named />
                  <span class="min-w-0 truncate">{task.title}</span>
                </A>
              </li>
            )}
          </For>
        </ul>
      </section>
    </Show>
  );
}
