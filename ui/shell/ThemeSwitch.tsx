import { Dynamic } from "solid-js/web";
import IconSystem from "~icons/lucide/monitor";
import IconDark from "~icons/lucide/moon";
import IconLight from "~icons/lucide/sun";
import { IconButton } from "../elements/Button.tsx";
import { Segmented } from "../elements/Segmented.tsx";
import { words } from "../words.ts";
import { createTheme, type ThemeChoice } from "./theme.ts";

const ICONS = { system: IconSystem, light: IconLight, dark: IconDark };
const ORDER: readonly ThemeChoice[] = ["system", "light", "dark"];

/** One button that goes through system, light and dark. */
export function ThemeButton() {
  const theme = createTheme();
  return (
    <IconButton label={words.shell.themeIs(words.shell.theme[theme.choice()])} onClick={theme.next}>
      <Dynamic component={ICONS[theme.choice()]} />
    </IconButton>
  );
}

/** All three at once, where there is room. */
export function ThemeChoices() {
  const theme = createTheme();
  const options = ORDER.map((value) => ({
    value,
    label: words.shell.theme[value],
    icon: () => <Dynamic component={ICONS[value]} />,
  }));
  return (
    <Segmented
      label={words.shell.appearance}
      options={options}
      value={theme.choice()}
      onChange={theme.choose}
    />
  );
}
