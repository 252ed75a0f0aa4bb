import { createMemo, Match, Switch } from "solid-js";
import { Button } from "../elements/Button.tsx";
import { exact, timeOfDay } from "../format.ts";
import { useRun } from "../run-state/run-context.tsx";
import { useApp } from "../shell/app-context.tsx";
import { words } from "../words.ts";

/** Shorter breaks are not worth a word. */
const PATIENCE_MS = 2_000;
const CATCH_UP_PATIENCE_MS = 5_000;
const w = words.run.strips;

/** The grey strip under the tabs: what is on the page may be old, and how old. */
export function ConnectionStrip() {
  const app = useApp();
  const run = useRun();
  const opened = Date.now();
  const state = app.tailState;
  const away = createMemo(() => state().status !== "online" && app.now() - state().since >= PATIENCE_MS);
  const catchingUp = () => !run.store.caughtUp() && app.now() - opened > CATCH_UP_PATIENCE_MS;
  const lost = () => {
    const { lastEventAt } = state();
    const { position } = run.store.view();
    if (lastEventAt === null) return w.offlineFirst;
    return w.offline(exact(position), timeOfDay(new Date(lastEventAt).toISOString()));
  };
  return (
    <div role="status">
      <Switch>
        <Match when={state().status === "outdated"}>
          <Strip text={w.outdated} reload />
        </Match>
        <Match when={state().status === "signed_out"}>
          <Strip text={w.signedOut} reload />
        </Match>
        <Match when={away()}>
          <Strip text={lost()} />
        </Match>
        <Match when={catchingUp()}>
          <Strip text={w.catchingUp(exact(run.store.view().events.length))} />
        </Match>
      </Switch>
    </div>
  );
}

function Strip(props: { text: string; reload?: boolean }) {
  return (
    <div class="flex min-h-7 items-center justify-center gap-3 border-b border-line bg-soft-gray px-4 py-1 text-meta text-text-2">
      <span>{props.text}</span>
      {props.reload && <Button onClick={() => location.reload()}>{words.shell.reload}</Button>}
    </div>
  );
}
