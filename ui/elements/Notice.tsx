import type { JSX } from "solid-js";
import IconFailed from "~icons/lucide/circle-x";

/** What went wrong, in a sentence, where the person is looking. Read out once. */
export function ErrorNotice(props: { children: JSX.Element; class?: string }) {
  return (
    <p role="alert" class={`flex gap-2 rounded-control bg-soft-red px-3 py-2 text-red ${props.class ?? ""}`}>
      <IconFailed class="icon mt-0.5" />
      <span class="min-w-0">{props.children}</span>
    </p>
  );
}

/** Grey rows where content is on its way: they appear late, so that a quick answer shows none. */
export function Skeleton(props: { rows: number; label: string }) {
  return (
    <div role="status" class="animate-[fade-late_300ms_ease-out_both] space-y-3 p-4">
      <span class="sr-only">{props.label}</span>
      {Array.from({ length: props.rows }, (_, index) => (
        <div
          aria-hidden="true"
          class="h-4 rounded-tag bg-pressed"
          style={{ width: `${90 - ((index * 17) % 45)}%` }}
        />
      ))}
    </div>
  );
}
