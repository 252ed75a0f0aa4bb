import { createSignal } from "solid-js";

type Highlight = (code: string, language: string) => string[] | null;

const [highlight, setHighlight] = createSignal<Highlight | null>(null);
let loading = false;

/** The highlighter once its chunk is there; until then code is plain. Reading it begins to load it. */
export function highlighter(): Highlight | null {
  if (!loading) {
    loading = true;
    void load();
  }
  return highlight();
}

async function load() {
  try {
    const { highlightLines } = await import("./highlight.ts");
    setHighlight(() => highlightLines);
  } catch {
    // Code stays plain; the next block tries again.
    loading = false;
  }
}

const BY_ENDING: Readonly<Record<string, string>> = {
  ts: "typescript",
  tsx: "typescript",
  mts: "typescript",
  cts: "typescript",
  js: "javascript",
  jsx: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  py: "python",
  sh: "bash",
  bash: "bash",
  zsh: "bash",
  json: "json",
  jsonc: "json",
  css: "css",
  scss: "css",
  html: "xml",
  xml: "xml",
  svg: "xml",
  vue: "xml",
  yml: "yaml",
  yaml: "yaml",
  toml: "yaml",
  sql: "sql",
  md: "markdown",
  mdx: "markdown",
  go: "go",
  rs: "rust",
};

/** Name of the language for a path or a fence's word; empty when there is none. */
export function languageOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  if (name === "dockerfile" || name === "makefile") return "bash";
  const ending = name.slice(name.lastIndexOf(".") + 1);
  return BY_ENDING[ending] ?? (Object.values(BY_ENDING).includes(ending) ? ending : "");
}

export function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
