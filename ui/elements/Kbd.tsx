/** A key as it is called on this system. Left out where there is no keyboard to press. */
export function Kbd(props: { children: string; class?: string }) {
  return (
    <span
      aria-hidden="true"
      class={`rounded-tag border border-line px-1.5 font-sans text-caption font-normal text-text-3 max-tablet:hidden ${props.class ?? ""}`}
    >
      {props.children}
    </span>
  );
}
