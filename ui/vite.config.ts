import { fileURLToPath } from "node:url";
import tailwind from "@tailwindcss/vite";
import icons from "unplugin-icons/vite";
import { defineConfig } from "vite";
import solid from "vite-plugin-solid";
import { entrySize } from "./vite/entry-size.ts";
import { preloadFonts } from "./vite/preload-fonts.ts";

/** Limit of the entry with everything it imports at once, gzip, +2 % over the 160 kB of the budget. */
const ENTRY_LIMIT_BYTES = 163_200;
const CSS_LIMIT_BYTES = 20_400;

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [
    icons({
      compiler: "solid",
      scale: 1,
      defaultClass: "icon",
      iconCustomizer: (_collection, _icon, props) => {
        props.width = "16";
        props.height = "16";
        props["aria-hidden"] = "true";
      },
    }),
    solid(),
    tailwind(),
    preloadFonts(["geist-latin-wght-normal", "geist-mono-latin-wght-normal"]),
    entrySize({ scriptBytes: ENTRY_LIMIT_BYTES, styleBytes: CSS_LIMIT_BYTES }),
  ],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
});
