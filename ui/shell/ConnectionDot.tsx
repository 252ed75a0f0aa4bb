import { words } from "../words.ts";
import { useApp } from "./app-context.tsx";

/** Whether the page hears the server. The word stands beside the dot, so colour is never alone. */
export function ConnectionDot(props: { compact?: boolean }) {
  const app = useApp();
  const status = () => app.tailState().status;
  const color = () => {
    if (status() === "online") return "bg-green";
    return status() === "connecting" ? "bg-gray" : "bg-amber";
  };
  return (
    <span class="inline-flex shrink-0 items-center gap-1.5 text-meta text-text-3" role="status">
      <span data-dot class={`size-[7px] rounded-full ${color()}`} />
      <span class={props.compact ? "sr-only" : ""}>{words.shell.connection[status()]}</span>
    </span>
  );
}
