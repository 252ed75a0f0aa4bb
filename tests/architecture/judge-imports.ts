import { FOLDERS, NARROWER, PACKAGES, PURE, WITHOUT_PACKAGES } from "./import-table.ts";
import type { Import } from "./read-imports.ts";

/** One line for each import that the table forbids: `file → import: reason`. */
export function forbidden(imports: readonly Import[]): string[] {
  return imports.flatMap((each) => {
    const reason = reasonAgainst(each);
    return reason === null ? [] : [`${each.file} → ${each.target}: ${reason}`];
  });
}

function reasonAgainst({ file, target, kind }: Import): string | null {
  const folder = folderOf(file);
  if (kind === "builtin") return isPure(file) ? `${folder} also runs in a browser` : null;
  if (kind === "package") return reasonAgainstPackage(file, target);
  if (!/\.(tsx?|css|json|svg|woff2|md)$/.test(target))
    return "an import of ours names the file with its ending";
  const to = folderOf(target);
  if (to !== folder && !(FOLDERS[folder] ?? []).includes(to)) return `${folder} may not import ${to}`;
  return NARROWER.find((rule) => rule.from.test(file) && rule.to.test(target))?.reason ?? null;
}

function reasonAgainstPackage(file: string, name: string): string | null {
  if (WITHOUT_PACKAGES.test(file)) return "this runs before the packages are there";
  if (file.startsWith("tests/")) return null;
  const places = PACKAGES[name];
  if (places === undefined) return "no row of the table allows this package";
  return places.test(file) ? null : "this package is known elsewhere only";
}

/** The page's build runs on the machine, not in the browser. */
function isPure(file: string): boolean {
  return PURE.includes(folderOf(file)) && !/^ui\/vite/.test(file);
}

/** Each cycle once, as the list of its files. */
export function cycles(imports: readonly Import[]): string[] {
  const graph = new Map<string, string[]>();
  for (const { file, target, kind } of imports) {
    if (kind === "ours") graph.set(file, [...(graph.get(file) ?? []), target]);
  }
  const done = new Set<string>();
  const found = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at !== -1) return void found.add([...path.slice(at), file].join(" → "));
    if (done.has(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return [...found];
}

/** Everything that `start` reaches, with itself. */
export function reachable(imports: readonly Import[], start: readonly string[]): Set<string> {
  const reached = new Set(start);
  for (const file of reached) {
    for (const each of imports) if (each.file === file && each.kind === "ours") reached.add(each.target);
  }
  return reached;
}

function folderOf(path: string): string {
  return path.includes("/") ? (path.split("/")[0] ?? "") : ".";
}
