import { For, type JSX } from "solid-js";

type Option<Value extends string> = { value: Value; label: string; icon?: () => JSX.Element };

/** A few views of the same thing, one of them shown. */
export function Segmented<Value extends string>(props: {
  label: string;
  options: readonly Option<Value>[];
  value: Value;
  onChange(value: Value): void;
}) {
  return (
    <fieldset class="inline-flex rounded-control border border-line bg-sunken p-0.5">
      <legend class="sr-only">{props.label}</legend>
      <For each={props.options}>
        {(option) => (
          <button
            type="button"
            aria-pressed={option.value === props.value}
            onClick={() => props.onChange(option.value)}
            class="inline-flex min-h-6 items-center gap-1.5 rounded-[5px] px-2.5 text-meta font-medium text-text-2 hover:text-text aria-pressed:bg-raised aria-pressed:text-text aria-pressed:shadow-card max-tablet:min-h-10"
          >
            {option.icon?.()}
            {option.label}
          </button>
        )}
      </For>
    </fieldset>
  );
}
