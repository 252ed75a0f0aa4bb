import IconPaused from "~icons/lucide/circle-pause";
import { useRun } from "../run-state/run-context.tsx";
import { words } from "../words.ts";

/** Why the agent waits, in amber. */
export function PausedStrip() {
  const run = useRun();
  const text = () => {
    const pause = run.store.facts().pause;
    return words.run.paused.detail(words.run.paused[pause?.reason ?? "person"], pause?.detail ?? "");
  };
  return (
    <div class="mx-auto w-full max-w-[828px] px-6 pb-2 max-tablet:px-3" role="status">
      <p class="flex gap-2 rounded-control bg-soft-amber px-3 py-2 text-amber">
        <IconPaused class="icon mt-0.5" />
        <span class="min-w-0">{text()}</span>
      </p>
    </div>
  );
}
