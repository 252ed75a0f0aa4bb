import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

export type SizeLimits = { scriptBytes: number; styleBytes: number };

type Built = {
  type: "chunk" | "asset";
  fileName: string;
  code?: string;
  source?: string | Uint8Array;
  isEntry?: boolean;
  imports?: readonly string[];
};

/** Fails the build when the first load would cost more than the limits, gzip. Lazy chunks do not count. */
export function entrySize(limits: SizeLimits): Plugin {
  return {
    name: "entry-size",
    apply: "build",
    generateBundle(_options, bundle) {
      const script = entryBytes(bundle);
      const style = styleBytes(bundle);
      this.info(`first load: ${kilobytes(script)} script, ${kilobytes(style)} style (gzip)`);
      for (const problem of overLimits({ script, style }, limits)) this.error(problem);
    },
  };
}

/** Gzip size of the entry chunks and of all that they import statically. */
export function entryBytes(bundle: Readonly<Record<string, Built>>): number {
  const open = Object.values(bundle)
    .filter((file) => file.isEntry)
    .map((file) => file.fileName);
  const seen = new Set<string>();
  let bytes = 0;
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const file = bundle[name];
    if (seen.has(name) || !file) continue;
    seen.add(name);
    bytes += gzipSync(file.code ?? "").length;
    open.push(...(file.imports ?? []));
  }
  return bytes;
}

export function styleBytes(bundle: Readonly<Record<string, Built>>): number {
  return Object.values(bundle)
    .filter((file) => file.fileName.endsWith(".css"))
    .reduce((sum, file) => sum + gzipSync(file.source ?? "").length, 0);
}

/** One sentence for each limit that is broken. */
export function overLimits(found: { script: number; style: number }, limits: SizeLimits): string[] {
  const problems: string[] = [];
  if (found.script > limits.scriptBytes) {
    problems.push(tooMuch("entry script", found.script, limits.scriptBytes));
  }
  if (found.style > limits.styleBytes) problems.push(tooMuch("style", found.style, limits.styleBytes));
  return problems;
}

function tooMuch(what: string, bytes: number, limit: number): string {
  return `The ${what} has ${kilobytes(bytes)} gzip, the limit is ${kilobytes(limit)}: load a part of it lazily.`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
