/** Backgrounds on which white text keeps a contrast of 4.5 and more, in both themes. */
const COLORS = ["#b5532a", "#7a4fb0", "#3b7d4e", "#2b6f94", "#a33a6f", "#4a63c0", "#8a6a1f", "#5a6374"];

/** Two letters of a name on a colour that is always the same for that name. Said nowhere: the name stands beside. */
export function Avatar(props: { name: string; small?: boolean }) {
  return (
    <span
      aria-hidden="true"
      class={`inline-grid shrink-0 place-items-center rounded-full font-semibold text-white ${props.small ? "size-5 text-[9px]" : "size-6 text-[10px]"}`}
      style={{ "background-color": colorOf(props.name) }}
    >
      {initialsOf(props.name)}
    </span>
  );
}

export function initialsOf(name: string): string {
  const parts = name.split(/\s+/).filter((part) => part !== "");
  const first = [...(parts[0] ?? "?")];
  const last = parts.length > 1 ? [...(parts.at(-1) ?? "")] : first.slice(1);
  return `${first[0] ?? "?"}${last[0] ?? ""}`.toUpperCase();
}

function colorOf(name: string): string {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return COLORS[sum % COLORS.length] ?? "#5a6374";
}
