import { createSignal, For } from "solid-js";
import { Dialog } from "../elements/Dialog.tsx";
import { Kbd } from "../elements/Kbd.tsx";
import { words } from "../words.ts";
import { keyName, setSingleKeys, singleKeysOn } from "./keys.ts";

const rows = () => [
  { keys: ["G", "T"], does: words.shell.keys.goTasks },
  { keys: ["G", "P"], does: words.shell.keys.goProjects },
  { keys: ["C"], does: words.shell.keys.newTask },
  { keys: [keyName("⌘1"), keyName("⌘5")], does: words.shell.keys.tabs },
  { keys: ["J", "K", "O"], does: words.shell.keys.cards },
  { keys: ["I"], does: words.shell.keys.composer },
  { keys: [keyName("⌘.")], does: words.shell.keys.rail },
  { keys: [keyName("⌘⌫")], does: words.shell.keys.stop },
  { keys: [keyName("⌘⏎")], does: words.shell.keys.submit },
];

/** All keys of this version, and the switch for the single letters. */
export function KeysSheet(props: { open: boolean; onClose(): void }) {
  const [single, setSingle] = createSignal(singleKeysOn());
  const change = (on: boolean) => {
    setSingleKeys(on);
    setSingle(on);
  };
  return (
    <Dialog open={props.open} onClose={props.onClose} heading={words.shell.keys.heading}>
      <dl class="mt-4">
        <For each={rows()}>
          {(row) => (
            <div class="flex items-center justify-between border-t border-line py-1.5">
              <dt class="text-text-2">{row.does}</dt>
              <dd class="flex gap-1">
                <For each={row.keys}>{(key) => <Kbd>{key}</Kbd>}</For>
              </dd>
            </div>
          )}
        </For>
      </dl>
      <label class="mt-3 flex items-start gap-2">
        <input
          type="checkbox"
          class="mt-1 accent-[var(--accent)]"
          checked={single()}
          onChange={(event) => change(event.currentTarget.checked)}
        />
        <span>
          {words.shell.keys.single}
          <span class="block text-meta text-text-3">{words.shell.keys.singleHint}</span>
        </span>
      </label>
    </Dialog>
  );
}
