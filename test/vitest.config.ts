import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";
import { LongestFirst } from "./order.ts";

/** They are run by `npm run faults`. */
const CAMPAIGNS = "test/protocol/campaigns/**";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("..", import.meta.url)),
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...(process.env.FAULTS === undefined ? [CAMPAIGNS] : [])],
    globalSetup: ["test/helpers/postgres-server.ts"],
    // Each file has databases and servers of its own. On two cores, and tests wait half of their time.
    maxWorkers: 4,
    // What the app is made of is loaded once by each of them, and not once for each file.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
