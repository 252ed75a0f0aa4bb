import { onCleanup } from "solid-js";

const SINGLE = "pihordev.single-keys";
export const isMac = /mac|iphone|ipad/i.test(navigator.platform);

/** `⌘⏎` on a Mac, `Ctrl ⏎` elsewhere: shown keys follow the system. */
export function keyName(mac: string): string {
  return isMac ? mac : mac.replace("⌘", "Ctrl ").replace("⌥", "Alt ").replace("⇧", "Shift ");
}

/** True when the event holds the system's command key and nothing else. */
export function withCommand(event: KeyboardEvent): boolean {
  return (isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey) && !event.altKey;
}

export function singleKeysOn(): boolean {
  return localStorage.getItem(SINGLE) !== "off";
}

export function setSingleKeys(on: boolean): void {
  localStorage.setItem(SINGLE, on ? "on" : "off");
}

/**
 * Listens to keys for as long as the owner lives. Single letters are off while a person writes, in dialogs and
 * lists, and when they are switched off; keys with the command key are always passed on.
 */
export function onKeys(listener: (event: KeyboardEvent, command: boolean) => void): void {
  const listen = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const command = withCommand(event);
    if (
      !command &&
      (!singleKeysOn() || event.metaKey || event.ctrlKey || event.altKey || isTaken(event.target))
    )
      return;
    listener(event, command);
  };
  addEventListener("keydown", listen);
  onCleanup(() => removeEventListener("keydown", listen));
}

function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest("input, textarea, select, [role=dialog], [role=listbox], [role=menu]") !== null
  );
}
