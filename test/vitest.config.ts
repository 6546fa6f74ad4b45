import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { sabotage } from "./protocol/saboteurs/plugin.ts";

export default defineConfig({
  plugins: sabotage(process.env.SABOTEUR),
  test: {
    root: fileURLToPath(new URL("..", import.meta.url)),
    include: ["test/**/*.test.ts"],
    ...(process.env.SABOTEUR !== undefined && { setupFiles: ["test/protocol/saboteurs/setup.ts"] }),
    globalSetup: ["test/helpers/postgres-server.ts"],
    // Each file has databases and servers of its own; the machine has two cores.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
