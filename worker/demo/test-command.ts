export type TestCommand = { command: string; why: string };

/** What a look at the repository's root gave: names in it, and the text of the files that were read. */
export type Root = { names: readonly string[]; file(name: string): string | null };

type Rule = { file: string; find(text: string, root: Root): TestCommand | null };

/** Files that say how a project runs its tests, in the order in which they are believed. */
const rules: readonly Rule[] = [
  { file: "package.json", find: packageScript },
  {
    file: "Makefile",
    find: (text) =>
      /^test\s*:/m.test(text) ? { command: "make test", why: "Makefile has a target test" } : null,
  },
  { file: "Cargo.toml", find: () => ({ command: "cargo test", why: "Cargo.toml" }) },
  { file: "go.mod", find: () => ({ command: "go test ./...", why: "go.mod" }) },
  { file: "pyproject.toml", find: () => python("pyproject.toml") },
  { file: "pytest.ini", find: () => python("pytest.ini") },
  { file: "tox.ini", find: () => python("tox.ini") },
  { file: "setup.py", find: () => python("setup.py") },
  { file: "mix.exs", find: () => ({ command: "mix test", why: "mix.exs" }) },
  { file: "Gemfile", find: () => ({ command: "bundle exec rake test", why: "Gemfile" }) },
];

/** Names of files that are worth reading to find out how tests are run, among those in the root. */
export function manifestsIn(names: readonly string[]): string[] {
  return rules
    .map((rule) => rule.file)
    .filter((file) => names.includes(file))
    .slice(0, 3);
}

/** How this repository runs its tests; null when it does not say. */
export function testCommand(root: Root): TestCommand | null {
  for (const { file, find } of rules) {
    if (!root.names.includes(file)) continue;
    const found = find(root.file(file) ?? "", root);
    if (found) return found;
  }
  return null;
}

function packageScript(text: string): TestCommand | null {
  const script = /"test"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? "";
  if (script === "" || script.includes("no test specified")) return null;
  const command = script.startsWith("bun ")
    ? "bun run test"
    : "if command -v npm >/dev/null 2>&1; then CI=1 npm test; else CI=1 bun run test; fi";
  return { command, why: `package.json has the script test: ${script}` };
}

function python(why: string): TestCommand {
  return {
    command:
      "if python3 -c 'import pytest' 2>/dev/null; then python3 -m pytest -q; else python3 -m unittest discover; fi",
    why,
  };
}
