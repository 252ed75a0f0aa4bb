import { Select as Kobalte } from "@kobalte/core/select";
import { type JSX, Show } from "solid-js";
import IconCheck from "~icons/lucide/check";
import IconChevrons from "~icons/lucide/chevrons-up-down";
import { useFloatsIn } from "./floats-in.ts";

export type Choice = { value: string; label: string; note?: string; disabled?: boolean };

type SelectProps = {
  label: string;
  choices: Choice[];
  value: string | null;
  onChange(value: string): void;
  placeholder: string;
  icon?: JSX.Element;
  hint?: string;
  /** Small and without a visible label, for bars. */
  bar?: boolean;
};

/** One of several, with type-ahead and arrow keys; `note` stands at the right of a choice. */
export function Select(props: SelectProps) {
  const floatsIn = useFloatsIn();
  const chosen = () => props.choices.find((choice) => choice.value === props.value) ?? null;
  return (
    <Kobalte<Choice>
      class="flex min-w-0 flex-col"
      options={props.choices}
      optionValue="value"
      optionTextValue="label"
      optionDisabled={(choice) => choice.disabled === true}
      value={chosen()}
      onChange={(choice) => choice && props.onChange(choice.value)}
      placeholder={props.placeholder}
      disallowEmptySelection
      sameWidth={!props.bar}
      gutter={4}
      itemComponent={ChoiceRow}
    >
      <Kobalte.Label class={props.bar ? "sr-only" : "mb-1.5 text-base font-medium"}>
        {props.label}
      </Kobalte.Label>
      <Kobalte.Trigger
        class={`flex w-full items-center gap-2 rounded-control border bg-raised text-left text-text ${props.bar ? "min-h-7 border-line px-3 text-base font-medium shadow-card max-tablet:min-h-11" : "min-h-10 border-line-strong px-3 text-reading max-tablet:min-h-12 max-tablet:text-[16px]"}`}
      >
        {props.icon}
        <Kobalte.Value<Choice> class="flex min-w-0 flex-1 items-center gap-2 data-[placeholder-shown]:text-text-3">
          {(state) => (
            <>
              <span class="min-w-0 flex-1 truncate">{state.selectedOption().label}</span>
              <Show when={!props.bar && state.selectedOption().note}>
                {(note) => <span class="shrink-0 text-meta text-text-3 max-tablet:hidden">{note()}</span>}
              </Show>
            </>
          )}
        </Kobalte.Value>
        <Kobalte.Icon as="span" class="inline-flex shrink-0 text-text-2">
          <IconChevrons />
        </Kobalte.Icon>
      </Kobalte.Trigger>
      {props.hint && (
        <Kobalte.Description class="mt-1.5 text-meta text-text-3">{props.hint}</Kobalte.Description>
      )}
      <Kobalte.Portal mount={floatsIn()}>
        <Kobalte.Content class="z-50 max-w-[calc(100vw-16px)] min-w-48 animate-[rise_180ms_ease-out] rounded-card border border-line bg-raised shadow-float">
          <Kobalte.Listbox class="bar-thin max-h-[min(360px,60dvh)] overflow-y-auto p-1 outline-none" />
        </Kobalte.Content>
      </Kobalte.Portal>
    </Kobalte>
  );
}

function ChoiceRow(props: { item: Parameters<typeof Kobalte.Item>[0]["item"] & { rawValue: Choice } }) {
  return (
    <Kobalte.Item
      item={props.item}
      class="flex min-h-8 cursor-default items-center gap-2 rounded-control px-2 text-base text-text outline-none data-[disabled]:text-text-3 data-[highlighted]:bg-pressed max-tablet:min-h-11"
    >
      <span class="inline-grid size-4 shrink-0 place-items-center">
        <Kobalte.ItemIndicator>
          <IconCheck />
        </Kobalte.ItemIndicator>
      </span>
      <Kobalte.ItemLabel class="flex min-w-0 flex-1 items-center gap-3">
        <span class="min-w-0 flex-1 truncate">{props.item.rawValue.label}</span>
        <span class="shrink-0 text-meta text-text-2">{props.item.rawValue.note}</span>
      </Kobalte.ItemLabel>
    </Kobalte.Item>
  );
}
