import { createSignal, onCleanup } from "solid-js";
import IconCheck from "~icons/lucide/check";
import IconCopy from "~icons/lucide/copy";
import { words } from "../words.ts";
import { Button, IconButton } from "./Button.tsx";

const SHOWN_MS = 2_000;

/** Copies and says so. Without `label` it is only an icon, named `name`. */
export function CopyButton(props: { text: string; name: string; label?: string; class?: string }) {
  const [copied, setCopied] = createSignal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));
  const copy = async () => {
    await navigator.clipboard.writeText(props.text);
    setCopied(true);
    clearTimeout(timer);
    timer = setTimeout(() => setCopied(false), SHOWN_MS);
  };
  const icon = () => (copied() ? <IconCheck /> : <IconCopy />);
  return (
    <>
      {props.label ? (
        <Button onClick={copy} class={props.class ?? ""}>
          {icon()}
          {copied() ? words.cards.copied : props.label}
        </Button>
      ) : (
        <IconButton label={props.name} onClick={copy} class={props.class ?? ""}>
          {icon()}
        </IconButton>
      )}
      <span class="sr-only" aria-live="polite">
        {copied() ? words.cards.copied : ""}
      </span>
    </>
  );
}
