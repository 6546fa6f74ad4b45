// Whether the tests are worth anything: each wrong build must fail its test, and not because it can't be loaded.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, inject, test } from "vitest";
import { z } from "zod";
import { saboteurs } from "./saboteurs.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
/** Enough for each saboteur that the simulation has to catch; it ends with the first that is caught. */
const SEEDS = "100";
/** Many times longer than it takes: a run that hangs is ended. */
const LONGEST_MS = 240_000;

const Report = z.object({
  testResults: z.array(
    z.object({
      message: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

test.each(saboteurs)("the place that a build that $name changes is there, once", ({ file, find }) => {
  expect(readFileSync(join(root, file), "utf8").split(find)).toHaveLength(2);
});

test("each invariant has its saboteur", () => {
  const broken = new Set(saboteurs.map(({ breaks }) => breaks));
  for (let n = 1; n <= 12; n++) expect(broken).toContain(`I${n}`);
});

describe("a build that", () => {
  test.each(saboteurs)("$name is caught", { timeout: 2 * LONGEST_MS }, async (saboteur) => {
    const { file, test: name } = saboteur.caughtBy;
    const { ran, message } = await runTests(file, [name], saboteur.name);
    const failures = ran
      .filter(({ status }) => status === "failed")
      .flatMap((each) => each.failureMessages ?? []);
    // A test waits in vain for what a person should have been told, and was not.
    expect(failures, message).toContainEqual(expect.stringMatching(/AssertionError|Waited .*in vain/));
  });

  const others = saboteurs.map(({ caughtBy }) => caughtBy).filter(({ file }) => !file.includes("simulation"));
  const files = [...Map.groupBy(others, ({ file }) => file)].map(([file, theirs]) => ({ file, theirs }));
  test.each(files)(
    "is as it should be passes $file",
    { timeout: 2 * LONGEST_MS },
    async ({ file, theirs }) => {
      const names = [...new Set(theirs.map((each) => each.test))];
      const { ran, message } = await runTests(file, names, undefined);
      const not = (...statuses: string[]) => ran.filter(({ status }) => !statuses.includes(status));
      expect(not("passed", "skipped"), message).toEqual([]);
      for (const name of names) {
        expect(not("skipped").map(({ fullName }) => fullName)).toContainEqual(expect.stringContaining(name));
      }
    },
  );
});

/** In a process of its own, with the database server of this run. */
async function runTests(file: string, names: readonly string[], saboteur: string | undefined) {
  const folder = await mkdtemp(join(tmpdir(), "headgate-saboteur-"));
  await chmod(folder, 0o755); // a PostgreSQL in it may run as another user
  const output = join(folder, "report.json");
  try {
    const args = [
      "run",
      "--config",
      "test/vitest.config.ts",
      file,
      "-t",
      names.map(RegExp.escape).join("|"),
      "--maxWorkers=1",
    ];
    const env = {
      ...process.env,
      SERVER_URL: inject("serverUrl"),
      SIMULATION_SEEDS: SEEDS,
      SABOTEUR: saboteur,
      TMPDIR: folder,
    };
    const said = await promisify(execFile)(
      process.execPath,
      [vitest, ...args, "--reporter=json", `--outputFile=${output}`],
      { cwd: root, env, maxBuffer: 100_000_000, timeout: LONGEST_MS },
    ).catch((error: unknown) => error); // it ends with 1 where a test fails, as it should
    const written = await readFile(output, "utf8").catch(() => {
      throw new Error(`The run left no report: ${said}`);
    });
    const { testResults } = Report.parse(JSON.parse(written));
    const ran = testResults.flatMap(({ assertionResults }) => assertionResults);
    return { ran, message: testResults.map((each) => each.message).join("\n") };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
