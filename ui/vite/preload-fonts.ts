import type { Plugin } from "vite";

/** Adds a preload link for each built font whose file name starts with one of `names`: no swap on first paint. */
export function preloadFonts(names: readonly string[]): Plugin {
  return {
    name: "preload-fonts",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_html, context) {
        const files = Object.keys(context.bundle ?? {});
        return files
          .filter((file) => file.endsWith(".woff2") && names.some((name) => file.includes(`/${name}-`)))
          .map((file) => ({
            tag: "link",
            attrs: { rel: "preload", as: "font", type: "font/woff2", href: `/${file}`, crossorigin: "" },
            injectTo: "head-prepend" as const,
          }));
      },
    },
  };
}
