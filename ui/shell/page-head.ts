import { createEffect, onMount } from "solid-js";
import { words } from "../words.ts";

/** Sets the document's title while the page is shown. */
export function createTitle(page: () => string, organization?: string): void {
  createEffect(() => {
    document.title = organization ? words.shell.title(page(), organization) : words.shell.titleAlone(page());
  });
}

let first = true;

/** On a change of page the focus moves to its heading, so that a reader starts there; not on the first load. */
export function focusHeading(heading: () => HTMLElement | undefined): void {
  onMount(() => {
    if (first) {
      first = false;
      return;
    }
    heading()?.focus({ preventScroll: true });
  });
}
