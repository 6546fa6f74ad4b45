// Runs the tests of all builds side by side, and writes down how each ended; with the database server of the run that
// asks for it.
import { writeFile } from "node:fs/promises";
import { createVitest } from "vitest/node";
import { z } from "zod";
import { listBuilds, root } from "./builds.ts";
import type { Ended } from "./ended.ts";
import { entryOf, sabotage } from "./plugin.ts";

const { SERVER_URL, TEMPLATE, COOPERATIVE, OUTPUT } = z
  .object({ SERVER_URL: z.string(), TEMPLATE: z.string(), COOPERATIVE: z.string(), OUTPUT: z.string() })
  .parse(process.env);

const builds = listBuilds();
const vitest = await createVitest(
  "test",
  {
    config: false,
    root,
    watch: false,
    reporters: [{}],
    provide: { serverUrl: SERVER_URL, template: TEMPLATE, cooperative: COOPERATIVE },
    // The modules that a build has not changed are loaded once.
    isolate: false,
    // Most of them wait for what never comes.
    maxWorkers: 5,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
  { plugins: [sabotage(builds)] },
);
const project = vitest.getRootProject();
const specifications = builds.map(({ names }, n) =>
  project.createSpecification(entryOf(n), {
    testNamePattern: new RegExp(names.map(RegExp.escape).join("|")),
  }),
);
const { testModules } = await vitest.runTestSpecifications(specifications, true);
const ended = testModules.map((module): Ended => {
  const n = builds.findIndex((_, index) => entryOf(index) === module.moduleId);
  const tests = [...module.children.allTests()].filter((each) => each.result().state !== "skipped");
  return {
    build: builds[n]?.name ?? "",
    ms: module.diagnostic().duration,
    tests: tests.map((each) => ({
      name: each.fullName,
      isPassed: each.result().state === "passed",
      errors: (each.result().errors ?? []).map((error) => `${error.name}: ${error.message}`),
    })),
    errors: module.errors().map(({ message }) => message),
  };
});
await writeFile(OUTPUT, JSON.stringify(ended));
await vitest.close();
