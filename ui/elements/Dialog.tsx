import { Dialog as Kobalte } from "@kobalte/core/dialog";
import { createComputed, createSignal, type JSX, untrack } from "solid-js";
import IconX from "~icons/lucide/x";
import { words } from "../words.ts";
import { FloatsIn } from "./floats-in.ts";

type DialogProps = {
  open: boolean;
  onClose(): void;
  heading: string;
  description?: string;
  children: JSX.Element;
  /** Width on a desktop; on a phone every dialog is a sheet from below. */
  width?: string;
};

/** Traps the focus while it is open and gives it back afterwards; Escape and a press outside close it. */
export function Dialog(props: DialogProps) {
  const [content, setContent] = createSignal<HTMLElement>();
  let before: Element | null = null;
  createComputed(() => {
    if (props.open) before = untrack(() => document.activeElement);
  });
  const giveBack = (event: Event) => {
    if (!(before instanceof HTMLElement) || !before.isConnected) return;
    event.preventDefault();
    before.focus();
  };
  return (
    <Kobalte open={props.open} onOpenChange={(open) => !open && props.onClose()}>
      <Kobalte.Portal>
        <Kobalte.Overlay class="fixed inset-0 z-40 bg-black/45" />
        <div class="pointer-events-none fixed inset-0 z-50 grid place-items-center p-4 max-tablet:place-items-end max-tablet:p-0">
          <Kobalte.Content
            ref={setContent}
            onCloseAutoFocus={giveBack}
            class="pointer-events-auto max-h-[90dvh] w-full animate-[rise_180ms_ease-out] overflow-y-auto rounded-sheet bg-surface p-5 shadow-float max-tablet:max-w-none max-tablet:animate-[sheet_240ms_ease-out] max-tablet:rounded-b-none max-tablet:pb-[max(20px,env(safe-area-inset-bottom))]"
            style={{ "max-width": props.width ?? "460px" }}
          >
            <div class="flex items-start gap-4">
              <Kobalte.Title class="min-w-0 flex-1 text-panel font-semibold tracking-[-0.018em]">
                {props.heading}
              </Kobalte.Title>
              <Kobalte.CloseButton
                aria-label={words.shell.close}
                class="-m-1 inline-grid size-7 shrink-0 place-items-center rounded-control text-text-2 hover:bg-pressed max-tablet:size-11"
              >
                <IconX />
              </Kobalte.CloseButton>
            </div>
            {props.description && (
              <Kobalte.Description class="mt-1 text-text-2">{props.description}</Kobalte.Description>
            )}
            <FloatsIn.Provider value={content}>{props.children}</FloatsIn.Provider>
          </Kobalte.Content>
        </div>
      </Kobalte.Portal>
    </Kobalte>
  );
}
