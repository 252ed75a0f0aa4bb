import { join } from "node:path";
import { Visitor } from "vite";
import { describe, expect, test } from "vitest";
import { lineOf, listFiles, parse, readSource, type SourceFile, sourceFiles } from "./source-files.ts";

const TEXT =
  /\.(tsx?|js|json|sql|md|ya?ml|toml|css|html|sh|lock|Dockerfile)$|(^|\/)(Dockerfile|run|LICENSE)$/;
const texts = listFiles()
  .filter((path) => TEXT.test(path))
  .map(readSource);
const code = sourceFiles();

const SELF = "tests/architecture/safety.unit.test.ts";

/** Written in pieces, so that this file is not found by itself. */
const REGISTRY_HOSTS = ["registry\\.npm", "registry\\.yarn", "npm\\.pkg\\.github", "npmmirror\\."].map(
  (host) => new RegExp(host),
);
/** Where this checkout lies, on whatever machine the test runs, and where people keep theirs. */
const CHECKOUT = join(import.meta.dirname, "../..").replace(/[^\w/]/g, "\\$&");
const MACHINE_PATHS = [new RegExp(`${CHECKOUT}(?![\\w-])`), /\/home\/[a-z]+\/(src|code|projects)/];

function mentions(files: readonly SourceFile[], patterns: readonly RegExp[]): string[] {
  return files
    .filter(({ path }) => path !== SELF)
    .flatMap(({ path, text }) =>
      text
        .split("\n")
        .flatMap((line, index) => (patterns.some((each) => each.test(line)) ? [`${path}:${index + 1}`] : [])),
    );
}

/** Lines that skip or single out a test without saying why in a comment on them or above them. */
function unreasoned({ path, text }: SourceFile): string[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    if (/\b(test|it|describe)\.only\b/.test(line)) return [`${path}:${index + 1}`];
    const skips = /\b(test|it|describe)\.(skip|todo|skipIf|runIf)\b/.test(line);
    const reason = line.includes("//") || /^\s*(\/\/|\*)/.test(lines[index - 1] ?? "");
    return skips && !reason ? [`${path}:${index + 1}`] : [];
  });
}

/** Casts other than `as const`, which hide what the compiler would have found. */
function castsToAny(file: SourceFile): string[] {
  const found: string[] = [];
  new Visitor({
    TSAsExpression: ({ typeAnnotation, start }) => {
      if (typeAnnotation.type === "TSAnyKeyword") found.push(`${file.path}:${lineOf(file.text, start)}`);
    },
  }).visit(parse(file).program);
  return found;
}

describe("safety", () => {
  test("no file names the host of a package registry", () => {
    expect(texts.length).toBeGreaterThan(100);
    expect(mentions(texts, REGISTRY_HOSTS)).toEqual([]);
  });

  test("no file names a path of the machine it was written on", () => {
    expect(mentions(texts, MACHINE_PATHS)).toEqual([]);
  });

  test("every version in package.json is exact", () => {
    const described: Record<string, Record<string, string>> = JSON.parse(readSource("package.json").text);
    const versions = ["dependencies", "devDependencies", "optionalDependencies", "overrides"].flatMap(
      (kind) => Object.entries(described[kind] ?? {}),
    );
    expect(versions.length).toBeGreaterThan(30);
    expect(
      versions.filter(([, version]) => !/^(npm:@?[\w/.-]+@)?\d+\.\d+\.\d+[\w.-]*$/.test(version)),
    ).toEqual([]);
  });

  test("the lock file has no address in it", () => {
    expect(mentions([readSource("bun.lock")], [/https?:/])).toEqual([]);
  });

  test("no test is singled out, and none is skipped without a reason", () => {
    expect(code.filter(({ path }) => path.startsWith("tests/") && path !== SELF).flatMap(unreasoned)).toEqual(
      [],
    );
  });

  test("nothing is cast to any", () => {
    expect(code.flatMap(castsToAny)).toEqual([]);
  });

  test("Bun's own API stays in entries, the blob store and scripts", () => {
    const allowed =
      /^(tests\/|start\.ts|pihordev\.ts|sql\/blobs\.ts|(gateway|worker)\/main\.ts|worker\/sandbox\/local-server\/(main|in-box\/supervisor)\.ts|sql\/dump-schema\.ts)/;
    const users = code.filter(({ path }) => !allowed.test(path));
    expect(mentions(users, [/\bBun\.\w/])).toEqual([]);
  });
});

describe("the searches themselves", () => {
  const file = (text: string) => ({ path: "tests/x.unit.test.ts", text });

  test("find a test that is singled out or skipped without a reason", () => {
    expect(unreasoned(file("test.only('a', () => {})"))).toHaveLength(1);
    expect(unreasoned(file("test.skipIf(mac)('a', () => {})"))).toHaveLength(1);
    expect(unreasoned(file("// Linux only: needs /proc.\ntest.skipIf(mac)('a', () => {})"))).toEqual([]);
  });

  test("find a cast to any", () => {
    expect(castsToAny(file("const a = b as any;"))).toHaveLength(1);
    expect(castsToAny(file("const a = b as const;"))).toEqual([]);
  });

  test("find an address", () => {
    expect(
      mentions([{ path: "x.md", text: `see ${["registry", "npmjs", "org"].join(".")}` }], REGISTRY_HOSTS),
    ).toEqual(["x.md:1"]);
  });
});
