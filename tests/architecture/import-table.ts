/** What each folder may import of ours. `tests` may import everything, and nobody imports tests. */
export const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  sql: ["core"],
  commands: ["core", "sql"],
  projections: ["core", "sql"],
  gateway: ["core", "sql", "commands", "projections"],
  worker: ["core", "sql", "commands", "projections"],
  ui: ["core"],
  tests: ["core", "sql", "commands", "projections", "gateway", "worker", "ui", "."],
  /** Entries at the root: only what needs no package. */
  ".": ["worker"],
};

/** Folders that also run in a browser: no builtin of Node or Bun. */
export const PURE = ["core", "ui"];

/** Rules for parts of a folder, narrower than the table. */
export const NARROWER: readonly { from: RegExp; to: RegExp; reason: string }[] = [
  {
    from: /^commands\/(task|run|project)[\w-]*\.ts$/,
    to: /^sql\//,
    reason: "a decider imports core only",
  },
  {
    from: /^gateway\//,
    to: /^projections\/(?![\w-]+\/queries\.ts$)/,
    reason: "the gateway reads a projection through its queries.ts",
  },
  {
    from: /^[\w-]+\.ts$/,
    to: /^worker\/(?!installation\/bootstrap\/)/,
    reason: "an entry at the root imports the bootstrap only",
  },
];

/** Where a package may be imported outside of tests: it is known in as few places as it can be. */
export const PACKAGES: Readonly<Record<string, RegExp>> = {
  zod: /^(core|sql|commands|projections|gateway|worker)\//,
  kysely: /^(sql|projections)\//,
  pg: /^(sql|commands|projections|gateway|worker)\//,
  "kysely-codegen": /^sql\/schema\/types\.ts$/,
  "pg-listen": /^sql\/notifications\.ts$/,
  canonicalize: /^sql\/seal-leaf\.ts$/,
  "graphile-worker": /^(sql\/schema\/jobs\.ts|worker\/jobs\/runners\.ts)$/,
  fastify: /^gateway\//,
  "fastify-type-provider-zod": /^gateway\//,
  "@fastify/static": /^gateway\/(plugins|routes)\//,
  "@fastify/swagger": /^gateway\/plugins\//,
  "@fastify/swagger-ui": /^gateway\/plugins\//,
  "@fastify/websocket": /^gateway\//,
  ws: /^gateway\//,
  "@alibaba-group/opensandbox": /^worker\/sandbox\//,
  "@earendil-works/pi-ai": /^worker\/(agent|models|demo)\//,
  "@earendil-works/pi-agent-core": /^worker\/agent\//,
  "@earendil-works/pi-coding-agent": /^worker\/(agent|models)\//,
  "solid-js": /^ui\//,
  "@solidjs/router": /^ui\//,
  "@kobalte/core": /^ui\/(elements|shell)\//,
  virtua: /^ui\//,
  marked: /^ui\/markdown\//,
  remend: /^ui\/markdown\//,
  dompurify: /^ui\/markdown\//,
  "highlight.js": /^ui\/(markdown|diff)\//,
  diff: /^(ui|worker)\//,
  "~icons": /^ui\//,
  "@fontsource-variable/geist": /^ui\//,
  "@fontsource-variable/geist-mono": /^ui\//,
  vite: /^ui\/(vite\.config\.ts|vite\/)/,
  "vite-plugin-solid": /^ui\/vite\.config\.ts$/,
  "@tailwindcss/vite": /^ui\/vite\.config\.ts$/,
  "unplugin-icons": /^ui\/vite\.config\.ts$/,
};

/** Files that run before the packages are there, with everything they import. */
export const WITHOUT_PACKAGES =
  /^(start|pihordev|tests\/(run|check|coverage)|worker\/installation\/processes\/stop-with-parent|worker\/installation\/bootstrap\/[\w-]+)\.ts$/;
