import { type ComponentProps, type JSX, splitProps } from "solid-js";

type Look = "primary" | "plain" | "quiet" | "danger";
type Size = "default" | "large";

const BASE =
  "inline-flex items-center justify-center gap-2 rounded-control font-medium whitespace-nowrap transition-colors duration-[120ms] disabled:opacity-60 aria-disabled:opacity-60 select-none";
const LOOKS: Readonly<Record<Look, string>> = {
  primary: "bg-ink text-on-ink hover:opacity-90",
  plain: "bg-raised text-text border border-line shadow-card hover:border-line-strong",
  quiet: "text-text-2 hover:bg-pressed hover:text-text",
  danger: "bg-red text-surface hover:opacity-90",
};
const SIZES: Readonly<Record<Size, string>> = {
  default: "min-h-7 px-3 text-base max-tablet:min-h-11 max-tablet:px-4",
  large: "min-h-11 px-5 text-reading",
};

export type ButtonProps = ComponentProps<"button"> & { look?: Look; size?: Size };

/** One primary button a view; everything else is plain or quiet. */
export function Button(props: ButtonProps) {
  const [own, rest] = splitProps(props, ["look", "size", "class"]);
  return <button type="button" {...rest} class={buttonClass(own.look, own.size, own.class)} />;
}

export function buttonClass(look: Look = "plain", size: Size = "default", more = ""): string {
  return `${BASE} ${LOOKS[look]} ${SIZES[size]} ${more}`;
}

type IconButtonProps = Omit<ComponentProps<"button">, "title"> & {
  label: string;
  keys?: string;
  children: JSX.Element;
};

/** A button that shows only an icon: its name is read out and shown with its key when the pointer rests on it. */
export function IconButton(props: IconButtonProps) {
  const [own, rest] = splitProps(props, ["label", "keys", "class", "children"]);
  return (
    <button
      type="button"
      aria-label={own.label}
      title={own.keys ? `${own.label} (${own.keys})` : own.label}
      {...rest}
      class={`inline-grid size-7 shrink-0 place-items-center rounded-control text-text-2 transition-colors duration-[120ms] hover:bg-pressed hover:text-text disabled:opacity-50 max-tablet:size-11 ${own.class ?? ""}`}
    >
      {own.children}
    </button>
  );
}
