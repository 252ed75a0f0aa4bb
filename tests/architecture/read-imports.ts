import { posix } from "node:path";
import { Visitor } from "vite";
import { parse, type SourceFile } from "./source-files.ts";

/** Import of a file: a path from the root for one of ours, the package's name, or `node:…`/`bun`. */
export type Import = { file: string; target: string; kind: "ours" | "package" | "builtin" };

/** Static, dynamic and type imports, and re-exports. */
export function importsOf(file: SourceFile): Import[] {
  const { module, program } = parse(file);
  const found = new Set<string>();
  for (const { moduleRequest } of module.staticImports) found.add(moduleRequest.value);
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest } of entries) if (moduleRequest) found.add(moduleRequest.value);
  }
  new Visitor({
    ImportExpression: ({ source }) => void (source.type === "Literal" && found.add(String(source.value))),
    TSImportType: ({ source }) => void found.add(source.value),
  }).visit(program);
  return [...found].map((specifier) => resolveImport(file.path, specifier));
}

function resolveImport(file: string, specifier: string): Import {
  const bare = specifier.split("?")[0] ?? specifier;
  if (bare.startsWith(".")) return { file, target: posix.join(posix.dirname(file), bare), kind: "ours" };
  if (/^(node|bun):|^bun$/.test(bare)) return { file, target: bare, kind: "builtin" };
  const parts = bare.split("/");
  return { file, target: parts.slice(0, bare.startsWith("@") ? 2 : 1).join("/"), kind: "package" };
}
