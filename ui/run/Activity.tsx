import { Match, Switch } from "solid-js";
import { elapsed } from "../format.ts";
import { useRun } from "../run-state/run-context.tsx";
import { useApp } from "../shell/app-context.tsx";
import { words } from "../words.ts";

/** The last row while a run is under way and nothing else moves: what is being waited for. */
export function Activity() {
  const app = useApp();
  const run = useRun();
  const facts = run.store.facts;
  const waiting = () => {
    const since = facts().callSince;
    const { parts } = run.store.view().writing;
    if (since === null || parts.text || parts.thinking) return null;
    return elapsed(app.now() - Date.parse(since));
  };
  const stopping = () => {
    const { state } = facts();
    return state.status !== "none" && state.abortRequested && facts().endedAt === null;
  };
  return (
    <div class="min-h-6 pb-4" role="status">
      <Switch>
        <Match when={facts().endedAt !== null}>{null}</Match>
        <Match when={stopping()}>
          <Line text={words.run.waiting.stopping} />
        </Match>
        <Match when={run.status() === "queued"}>
          <Line text={words.run.waiting.queued} />
        </Match>
        <Match when={run.status() === "starting"}>
          <Line text={words.run.waiting.starting} />
        </Match>
        <Match when={waiting()}>{(time) => <Line text={words.run.waiting.model(time())} silent />}</Match>
      </Switch>
    </div>
  );
}

function Line(props: { text: string; silent?: boolean }) {
  return (
    <div class="flex items-center gap-2.5 text-text-2" aria-hidden={props.silent ? "true" : undefined}>
      <span class="grid size-6 place-items-center">
        <span data-dot class="size-2 animate-breathe rounded-full bg-accent" />
      </span>
      <span class="tabular">{props.text}</span>
    </div>
  );
}
