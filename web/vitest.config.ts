import { defineConfig } from "vitest/config";

// Formats depend on the locale; the expected texts are English.
process.env["LC_ALL"] = "en-US";
process.env["TZ"] = "UTC";

export default defineConfig({ test: { dir: "src", include: ["**/*.test.ts"] } });
