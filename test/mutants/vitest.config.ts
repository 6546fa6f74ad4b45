// Tests of one room, in the copy of the project that is built wrong.
import { defineConfig } from "vitest/config";

const tests = (process.env.MUTANTS_TESTS ?? "").split(" ");

export default defineConfig({
  test: {
    include: tests,
    globalSetup: tests.every((each) => each.startsWith("test/unit/"))
      ? []
      : ["test/helpers/postgres-server.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
