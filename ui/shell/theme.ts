import { createSignal, onCleanup } from "solid-js";

export type ThemeChoice = "system" | "light" | "dark";
const STORED = "pihordev.theme";
const CHOICES: readonly ThemeChoice[] = ["system", "light", "dark"];

/** Colours of the browser's own bars, as in theme.css and index.html. */
const BAR_COLORS = { light: "#F6F7F9", dark: "#090A0C" } as const;

/** Three-way switch; index.html applies the same choice before the first paint. */
export function createTheme() {
  const [choice, setChoice] = createSignal(storedChoice());
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const dark = choice() === "dark" || (choice() === "system" && system.matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    document
      .querySelector('meta[name="theme-color"]')
      ?.setAttribute("content", BAR_COLORS[dark ? "dark" : "light"]);
  };
  system.addEventListener("change", apply);
  onCleanup(() => system.removeEventListener("change", apply));
  const choose = (next: ThemeChoice) => {
    localStorage.setItem(STORED, next);
    setChoice(next);
    apply();
  };
  const next = () => choose(CHOICES[(CHOICES.indexOf(choice()) + 1) % CHOICES.length] ?? "system");
  return { choice, choose, next };
}

function storedChoice(): ThemeChoice {
  const stored = localStorage.getItem(STORED);
  return CHOICES.find((choice) => choice === stored) ?? "system";
}
