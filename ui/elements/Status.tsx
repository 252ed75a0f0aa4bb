import { Dynamic } from "solid-js/web";
import IconStopped from "~icons/lucide/ban";
import IconCompleted from "~icons/lucide/circle-check";
import IconQueued from "~icons/lucide/circle-dashed";
import IconRunning from "~icons/lucide/circle-dot";
import IconPaused from "~icons/lucide/circle-pause";
import IconFailed from "~icons/lucide/circle-x";
import IconStarting from "~icons/lucide/loader-circle";
import IconNeedsYou from "~icons/lucide/message-circle-question-mark";
import type { RunStatus } from "../../core/run/state.ts";
import { words } from "../words.ts";

const ICONS = {
  queued: IconQueued,
  starting: IconStarting,
  running: IconRunning,
  attention: IconNeedsYou,
  paused: IconPaused,
  completed: IconCompleted,
  error: IconFailed,
  aborted: IconStopped,
};
const COLORS: Readonly<Record<RunStatus, string>> = {
  queued: "text-gray",
  starting: "text-accent",
  running: "text-accent",
  attention: "text-amber",
  paused: "text-amber",
  completed: "text-green",
  error: "text-red",
  aborted: "text-gray",
};
const SOFT: Readonly<Record<RunStatus, string>> = {
  queued: "bg-soft-gray",
  starting: "bg-soft-blue",
  running: "bg-soft-blue",
  attention: "bg-soft-amber",
  paused: "bg-soft-amber",
  completed: "bg-soft-green",
  error: "bg-soft-red",
  aborted: "bg-soft-gray",
};

/** A status is an icon, a word and a colour: where only the icon fits, `named` says the word to a reader. */
export function StatusIcon(props: { status: RunStatus; class?: string; named?: boolean }) {
  return (
    <span class={`inline-flex shrink-0 ${COLORS[props.status]} ${props.class ?? ""}`}>
      <Dynamic
        component={ICONS[props.status]}
        class={props.status === "starting" ? "icon animate-turn" : "icon"}
      />
      {props.named && <span class="sr-only">{words.status[props.status]}</span>}
    </span>
  );
}

export function StatusPill(props: { status: RunStatus; class?: string }) {
  return (
    <span
      class={`inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-base font-medium max-tablet:text-meta ${COLORS[props.status]} ${SOFT[props.status]} ${props.class ?? ""}`}
    >
      <StatusIcon status={props.status} />
      {words.status[props.status]}
    </span>
  );
}
