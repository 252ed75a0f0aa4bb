import { describe, expect, test } from "vitest";
import { WITHOUT_PACKAGES } from "./import-table.ts";
import { cycles, forbidden, reachable } from "./judge-imports.ts";
import { type Import, importsOf } from "./read-imports.ts";
import { parse, sourceFiles } from "./source-files.ts";

const files = sourceFiles();
const imports = files.flatMap(importsOf);

function judge(path: string, text: string): string[] {
  return forbidden(importsOf({ path, text }));
}

describe("the table of imports", () => {
  test("nothing imports what it may not", () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(forbidden(imports)).toEqual([]);
  });

  test("every import of ours leads to a file", () => {
    const known = new Set(files.map(({ path }) => path));
    const lost = imports.filter(
      ({ kind, target }) => kind === "ours" && /\.tsx?$/.test(target) && !known.has(target),
    );
    const missing = lost.filter(({ target }) => !target.includes(".generated."));
    expect(missing.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  test("there is no cycle", () => {
    expect(cycles(imports)).toEqual([]);
  });

  test("what runs before the packages are there imports none, however far away", () => {
    const entries = files.map(({ path }) => path).filter((path) => WITHOUT_PACKAGES.test(path));
    const reached = reachable(imports, entries);
    expect(imports.filter(({ file, kind }) => kind === "package" && reached.has(file))).toEqual([]);
    expect(entries).toContain("start.ts");
  });

  test("there is no barrel", () => {
    const barrels = files.filter(({ path }) => /(^|\/)index\.tsx?$/.test(path)).map(({ path }) => path);
    const passing = files.filter((file) =>
      parse(file).program.body.some(({ type }) => type === "ExportAllDeclaration"),
    );
    expect([...barrels, ...passing.map(({ path }) => path)]).toEqual([]);
  });
});

describe("the judge itself", () => {
  test.each([
    ["core/x.ts", 'import "../sql/database.ts"', "core may not import sql"],
    ["core/x.ts", 'import "node:fs"', "core also runs in a browser"],
    ["core/x.ts", 'import pg from "pg"', "this package is known elsewhere only"],
    ["ui/x.ts", 'import type { A } from "../gateway/app.ts"', "ui may not import gateway"],
    ["commands/x.ts", 'import "../projections/registry.ts"', "commands may not import projections"],
    ["commands/task.ts", 'import "../sql/event-store.ts"', "a decider imports core only"],
    ["projections/x.ts", 'export { a } from "../commands/task.ts"', "projections may not import commands"],
    ["gateway/x.ts", 'import("../worker/main.ts")', "gateway may not import worker"],
    [
      "gateway/x.ts",
      'import "../projections/registry.ts"',
      "the gateway reads a projection through its queries.ts",
    ],
    ["worker/x.ts", 'type A = import("../gateway/app.ts").A', "worker may not import gateway"],
    ["worker/x.ts", 'import "../tests/support/given.ts"', "worker may not import tests"],
    ["sql/x.ts", 'import "left-pad"', "no row of the table allows this package"],
    ["sql/x.ts", 'import "./y"', "an import of ours names the file with its ending"],
    ["start.ts", 'import "zod"', "this runs before the packages are there"],
    ["start.ts", 'import "./worker/main.ts"', "an entry at the root imports the bootstrap only"],
  ])("%s with %s is refused", (path, text, reason) => {
    expect(judge(path, text)).toEqual([expect.stringContaining(`: ${reason}`)]);
  });

  test.each([
    ["gateway/x.ts", 'import "../projections/task-state/queries.ts"'],
    ["sql/x.ts", 'import pg from "pg"; import "node:fs"; import "../core/errors.ts"'],
    ["tests/x.ts", 'import "../gateway/app.ts"; import "anything"'],
  ])("%s with %s is allowed", (path, text) => {
    expect(judge(path, text)).toEqual([]);
  });

  test("finds a cycle over three files once", () => {
    const link = (file: string, target: string): Import => ({ file, target, kind: "ours" });
    expect(
      cycles([link("a.ts", "b.ts"), link("b.ts", "c.ts"), link("c.ts", "a.ts"), link("d.ts", "a.ts")]),
    ).toEqual(["a.ts → b.ts → c.ts → a.ts"]);
  });

  test("reaches what is imported by what is imported", () => {
    const link = (file: string, target: string): Import => ({ file, target, kind: "ours" });
    expect([
      ...reachable([link("a.ts", "b.ts"), link("b.ts", "c.ts"), link("x.ts", "y.ts")], ["a.ts"]),
    ]).toEqual(["a.ts", "b.ts", "c.ts"]);
  });
});
