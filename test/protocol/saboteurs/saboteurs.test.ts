// Whether the tests are worth anything: each wrong build must fail its test, and not because it can't be loaded. All
// builds are in one run, in a process of its own beside this one.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { z } from "zod";
import { listBuilds, root } from "./builds.ts";
import { Ended } from "./ended.ts";
import { saboteurs } from "./saboteurs.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
/** Enough for each saboteur that the simulation has to catch; it ends with the first that is caught. */
const SEEDS = "100";
/** Many times longer than it takes: a run that hangs is ended. */
const LONGEST_MS = 900_000;

test.each(saboteurs)("the place that a build that $name changes is there, once", ({ file, find }) => {
  expect(readFileSync(join(root, file), "utf8").split(find)).toHaveLength(2);
});

test("each invariant has its saboteur", () => {
  const broken = new Set(saboteurs.map(({ breaks }) => breaks));
  for (let n = 1; n <= 12; n++) expect(broken).toContain(`I${n}`);
});

describe("a build that", () => {
  let all: Ended[] = [];
  beforeAll(async () => {
    all = await runBuilds();
  }, LONGEST_MS);
  const endOf = (name: string) => {
    const ended = all.find(({ build }) => build === name);
    if (!ended) throw new Error(`Nothing was run of the build that ${name}.`);
    return ended;
  };
  const [wrong, right] = [
    listBuilds().filter(({ saboteur }) => saboteur),
    listBuilds().filter((each) => !each.saboteur),
  ];

  test.each(wrong)("$name is caught", ({ name }) => {
    const { tests, errors } = endOf(name);
    expect(errors).toEqual([]);
    // A test waits in vain for what a person should have been told, and was not.
    expect(tests.flatMap((each) => each.errors)).toContainEqual(
      expect.stringMatching(/AssertionError|Waited .*in vain/),
    );
  });

  test.each(right)("$name", ({ name, names }) => {
    const { tests, errors } = endOf(name);
    expect(errors).toEqual([]);
    expect(tests.filter(({ isPassed }) => !isPassed)).toEqual([]);
    for (const each of names)
      expect(tests.map((ran) => ran.name)).toContainEqual(expect.stringContaining(each));
  });
});

/** With the database server of this run. */
async function runBuilds(): Promise<Ended[]> {
  const folder = await mkdtemp(join(tmpdir(), "headgate-saboteur-"));
  await chmod(folder, 0o755); // a PostgreSQL in it may run as another user
  const OUTPUT = join(folder, "ended.json");
  try {
    const env = {
      ...process.env,
      SERVER_URL: inject("serverUrl"),
      TEMPLATE: inject("template"),
      COOPERATIVE: inject("cooperative"),
      SIMULATION_SEEDS: SEEDS,
      OUTPUT,
      TMPDIR: folder,
    };
    const said = await promisify(execFile)(process.execPath, [main], {
      cwd: root,
      env,
      maxBuffer: 100_000_000,
      timeout: LONGEST_MS,
    }).catch((error: unknown) => error); // it ends with 1 where a test fails, as it should
    const written = await readFile(OUTPUT, "utf8").catch(() => {
      throw new Error(`The run left no report: ${said}`);
    });
    return z.array(Ended).parse(JSON.parse(written));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
