import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { functionsOf } from "./measure.ts";
import { listFiles, readSource, sourceFiles } from "./source-files.ts";

const MAX_FILE_LINES = 300;
const MAX_FUNCTION_LINES = 60;
/** A component's function also holds its markup. */
const MAX_COMPONENT_LINES = 120;
const MAX_PARAMETERS = 3;
const MAX_FOLDER_FILES = 12;
/** A folder of the top level names what the others import: it may list more, but not without end. */
const MAX_TOP_FOLDER_FILES = 24;

const files = sourceFiles();
const functions = files.flatMap(functionsOf);

describe("size", () => {
  test("no file of code is longer than 300 lines", () => {
    const sql = listFiles()
      .filter((path) => path.endsWith(".sql") && path !== "sql/schema.sql")
      .map(readSource);
    const long = [...files, ...sql]
      .map(({ path, text }) => ({ path, lines: text.trimEnd().split("\n").length }))
      .filter(({ lines }) => lines > MAX_FILE_LINES);
    expect(long).toEqual([]);
  });

  test("no function is longer than 60 lines", () => {
    const limit = (path: string, name: string) =>
      path.endsWith(".tsx") && /^[A-Z]/.test(name) ? MAX_COMPONENT_LINES : MAX_FUNCTION_LINES;
    expect(functions.length).toBeGreaterThan(200);
    expect(functions.filter(({ path, name, lines }) => lines > limit(path, name))).toEqual([]);
  });

  test("no function takes more than three parameters", () => {
    expect(functions.filter(({ parameters }) => parameters > MAX_PARAMETERS)).toEqual([]);
  });

  test("no function of the database is longer than 60 lines", () => {
    const long = listFiles()
      .filter((path) => path.startsWith("sql/functions/") && path.endsWith(".sql"))
      .map(readSource)
      .flatMap(({ path, text }) => {
        const bodies = text.match(/create (or replace )?function[\s\S]*?\$\$;/gi) ?? [];
        return bodies.map((body) => ({ path, lines: body.split("\n").length }));
      })
      .filter(({ lines }) => lines > MAX_FUNCTION_LINES);
    expect(long).toEqual([]);
  });

  test("no folder holds more than twelve files of code", () => {
    const counts = new Map<string, number>();
    for (const path of listFiles().filter((each) => /\.(tsx?|sql|css)$/.test(each))) {
      const folder = posix.dirname(path);
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    const limit = (folder: string) => (folder.includes("/") ? MAX_FOLDER_FILES : MAX_TOP_FOLDER_FILES);
    expect([...counts].filter(([folder, count]) => count > limit(folder))).toEqual([]);
  });
});

describe("the measure itself", () => {
  const measured = (text: string) =>
    functionsOf({ path: "x.ts", text }).map(({ name, lines }) => [name, lines]);

  test("counts the lines of a function, a method, an arrow with a name and a property", () => {
    expect(measured("function a() {\n  return 1;\n}")).toEqual([["a", 3]]);
    expect(measured("class A {\n  b() {\n  }\n}")).toEqual([["b", 2]]);
    expect(measured("const c = () => {\n\n};")).toEqual([["c", 3]]);
    expect(measured("const o = { d: () => {\n} };")).toEqual([["d", 2]]);
  });

  test("leaves a callback without a name alone", () => {
    expect(measured("test('x', () => {\n\n\n});")).toEqual([]);
  });
});
