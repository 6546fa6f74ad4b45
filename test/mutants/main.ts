// npm run mutants -- FOLDER ... [--sample 60] [--seed 1] [--again]: builds each room wrong in every place, or in
// some, and tells which of them no test notices. Without a folder: all that need no database.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import type { MutantResult } from "@stryker-mutator/api/core";
import { Stryker } from "@stryker-mutator/core";
import { z } from "zod";
import { pureRooms, type Room, roomOf } from "./rooms.ts";
import { findStale, readPlace } from "./same-program.ts";

const Report = z.looseObject({
  files: z.record(z.string(), z.looseObject({ mutants: z.array(z.looseObject({ status: z.string() })) })),
});

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
    /** Only what nobody noticed the last time, or what has changed since; not for samples. */
    again: { type: "boolean", default: false },
  },
});

const folder = await mkdtemp(join(tmpdir(), "headgate-mutants-"));
const names = positionals.length > 0 ? positionals : pureRooms;
const scores: string[] = [];
try {
  for (const name of names) {
    const room = roomOf(name.replace(/^src\/|\/$/g, ""));
    if (!room) throw new Error(`No room "${name}". Those without a database: ${pureRooms.join(", ")}.`);
    scores.push(tell(name, await run(name, room)));
  }
  console.error(`\n${scores.join("\n")}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function run(name: string, room: Room): Promise<MutantResult[]> {
  const sample = values.sample ?? room.sample;
  process.env.MUTANTS_TESTS = room.tests.join(" ");
  process.env.MUTANTS_SEED = values.seed;
  process.env.MUTANTS_SAMPLE = String(sample ?? "");
  const noticedBefore = `node_modules/.cache/mutants/${name.replaceAll("/", "-")}.json`;
  if (values.again) await forgetUnnoticed(noticedBefore);
  return await new Stryker({
    testRunner: "vitest",
    vitest: { configFile: "test/mutants/vitest.config.ts", pool: "forks" },
    plugins: [import.meta.resolve("@stryker-mutator/vitest-runner"), "./test/mutants/chosen.ts"],
    checkers: ["chosen"],
    mutate: room.files.map((file) => `src/${file}`),
    // Stryker would rewrite paths in it by means of a function that TypeScript 7 has no more. It has no such paths.
    tsconfigFile: "none",
    concurrency: 1,
    dryRunTimeoutMinutes: 30,
    // Whatever runs into this counts as noticed, which a busy machine must not bring about.
    timeoutMS: 20_000,
    incremental: sample === undefined,
    incrementalFile: noticedBefore,
    force: !values.again,
    reporters: ["progress"],
    warnings: false,
    // Outside of the project, where lint would find it.
    tempDirName: folder,
    allowConsoleColors: false,
  }).runMutationTest();
}

/** Stryker would believe it for ever of what runs only once, such as a table, whatever new tests there are. */
async function forgetUnnoticed(file: string): Promise<void> {
  const report = Report.parse(JSON.parse(await readFile(file, "utf8")));
  for (const each of Object.values(report.files))
    each.mutants = each.mutants.filter(({ status }) => status === "Killed" || status === "Timeout");
  await writeFile(file, JSON.stringify(report));
}

function inOrder(a: MutantResult, b: MutantResult): number {
  return a.fileName.localeCompare(b.fileName) || a.location.start.line - b.location.start.line;
}

/** Tells which of them nobody noticed, and returns the score. */
function tell(name: string, results: MutantResult[]): string {
  const places = results.map((mutant) => ({ ...mutant, location: countedFromZero(mutant.location) }));
  const counted = places.filter(({ status }) => status !== "CompileError" && status !== "Ignored");
  const unnoticed = counted.filter(({ status }) => status === "Survived" || status === "NoCoverage");
  for (const mutant of unnoticed.sort(inOrder)) {
    const unseen = mutant.status === "NoCoverage" ? " (no test comes by)" : "";
    const at = `${relative(".", mutant.fileName)}:${mutant.location.start.line + 1}${unseen}`;
    console.error(`${at}\n  - ${readPlace(mutant).before}\n  + ${mutant.replacement}`);
  }
  for (const { file, before } of findStale(places)) {
    console.error(`same-program.ts names what is no longer in ${file}: ${before}`);
    process.exitCode = 1;
  }
  const noticed = counted.length - unnoticed.length;
  return `${name}: ${noticed} of ${counted.length} noticed (${((100 * noticed) / counted.length).toFixed(1)} %)`;
}

/** Results count lines and columns from 1; before they are tried they are counted from 0. */
function countedFromZero({ start, end }: MutantResult["location"]) {
  const before = ({ line, column }: typeof start) => ({ line: line - 1, column: column - 1 });
  return { start: before(start), end: before(end) };
}
