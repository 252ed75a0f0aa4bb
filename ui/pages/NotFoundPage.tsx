import { A } from "@solidjs/router";
import { buttonClass } from "../elements/Button.tsx";
import { createTitle, focusHeading } from "../shell/page-head.ts";
import { words } from "../words.ts";

/** What is missing and what belongs to others look the same. */
export function NotFoundPage() {
  let heading: HTMLHeadingElement | undefined;
  createTitle(() => words.shell.notFound.heading);
  focusHeading(() => heading);
  return (
    <section class="grid h-full min-h-64 place-items-center p-6">
      <div class="max-w-md">
        <h1 ref={heading} tabindex="-1" class="text-page font-semibold">
          {words.shell.notFound.heading}
        </h1>
        <p class="mt-2 text-text-2">{words.shell.notFound.text}</p>
        <A href="/" class={buttonClass("plain", "default", "mt-4")}>
          {words.shell.notFound.go}
        </A>
      </div>
    </section>
  );
}
