import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    dir: "e2e",
    include: ["**/*.test.ts"],
    reporters: ["default", join(import.meta.dirname, "speaker.ts")],
    // One server and one browser for a file; its tests go one after the other,
    // two files at a time.
    fileParallelism: true,
    maxWorkers: 2,
    // Bounds for what never comes; a busy machine may take long for the rest.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
  },
});
