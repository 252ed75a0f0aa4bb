import { Visitor } from "vite";
import { lineOf, parse, type SourceFile } from "./source-files.ts";

export type MeasuredFunction = {
  path: string;
  line: number;
  name: string;
  lines: number;
  parameters: number;
};

type FunctionNode = { start: number; end: number; params: readonly unknown[]; body: { type: string } | null };

/** Functions and methods with a name and a block body. A test's callback has no name and is no function here. */
export function functionsOf(file: SourceFile): MeasuredFunction[] {
  const found: MeasuredFunction[] = [];
  const measure = (name: string, node: FunctionNode) => {
    if (node.body === null || !["BlockStatement", "FunctionBody"].includes(node.body.type)) return;
    const line = lineOf(file.text, node.start);
    const lines = lineOf(file.text, node.end) - line + 1;
    found.push({ path: file.path, line, name, lines, parameters: node.params.length });
  };
  const named = (key: { type: string; name?: unknown }) => (typeof key.name === "string" ? key.name : "?");
  const isFunction = (type: string) => type === "ArrowFunctionExpression" || type === "FunctionExpression";
  new Visitor({
    FunctionDeclaration: (node) => measure(node.id?.name ?? "?", node),
    VariableDeclarator: ({ id, init }) => {
      if (init && isFunction(init.type) && "params" in init) measure(named(id), init);
    },
    MethodDefinition: ({ key, value }) => measure(named(key), value),
    Property: ({ key, value }) => {
      if (isFunction(value.type) && "params" in value) measure(named(key), value);
    },
  }).visit(parse(file).program);
  return found;
}
