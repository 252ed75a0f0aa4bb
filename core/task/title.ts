import { MAX_TITLE_CHARS } from "../limits.ts";

/** The first line of a task's text that says something, cut at a word; never longer than a title may be. */
export function titleOf(text: string): string {
  const line =
    text
      .split("\n")
      .map((part) => part.trim())
      .find((part) => part !== "") ?? "Untitled task";
  const characters = [...line];
  if (characters.length <= MAX_TITLE_CHARS && line.length <= MAX_TITLE_CHARS) return line;
  const cut = line.slice(0, MAX_TITLE_CHARS - 1).replace(/[\ud800-\udbff]$/, "");
  const atWord = cut.replace(/\s+\S*$/, "").replace(/[\s.,;:!?…]+$/, "");
  return `${atWord.length > 40 ? atWord : cut}…`;
}
