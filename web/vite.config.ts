import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const api = process.env["TABLETALK_URL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  build: {
    // The policy allows neither data: fonts nor inline scripts, so nothing is
    // inlined into the page.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The drawing library is one lazily loaded chunk and is that large.
    chunkSizeWarningLimit: 1200,
    // The placeholder is kept in the repository, so the folder is not emptied
    // by the build; scripts/clean.mjs removes what an earlier one left.
    emptyOutDir: false,
  },
  server: {
    proxy: {
      "/api": { target: api, changeOrigin: true },
      "/openapi.json": { target: api, changeOrigin: true },
      "/docs": { target: api, changeOrigin: true },
    },
  },
});
