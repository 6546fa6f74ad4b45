// npm run mutants -- FOLDER ... [--sample 60] [--seed 1] [--again]: builds each room wrong in every place, or in
// some, and tells which of them no test notices. Without a folder: all that need no database.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import type { MutantResult } from "@stryker-mutator/api/core";
import { Stryker } from "@stryker-mutator/core";
import { pureRooms, type Room, roomOf } from "./rooms.ts";
import { readPlace } from "./same-program.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
    /** Once more what nobody noticed the last time, and what has changed since; not for samples. */
    again: { type: "boolean", default: false },
  },
});

const folder = await mkdtemp(join(tmpdir(), "headgate-mutants-"));
const names = positionals.length > 0 ? positionals : pureRooms;
const scores: string[] = [];
for (const name of names) {
  const room = roomOf(name.replace(/^src\/|\/$/g, ""));
  if (!room) {
    console.error(`There is no room "${name}". Those without a database: ${pureRooms.join(", ")}.`);
    process.exit(1);
  }
  scores.push(tell(name, await run(name, room)));
}
await rm(folder, { recursive: true, force: true });
console.error(`\n${scores.join("\n")}`);

async function run(name: string, room: Room): Promise<MutantResult[]> {
  const sample = values.sample ?? room.sample;
  process.env.MUTANTS_TESTS = room.tests.join(" ");
  process.env.MUTANTS_SEED = values.seed;
  process.env.MUTANTS_SAMPLE = String(sample ?? "");
  return await new Stryker({
    testRunner: "vitest",
    vitest: { configFile: "test/mutants/vitest.config.ts" },
    plugins: ["@stryker-mutator/vitest-runner", "./test/mutants/chosen.ts"],
    checkers: ["chosen"],
    mutate: room.files.map((file) => `src/${file}`),
    // Stryker would rewrite paths in it by means of a function that TypeScript 7 has no more. It has no such paths.
    tsconfigFile: "none",
    concurrency: 1,
    dryRunTimeoutMinutes: 30,
    incremental: sample === undefined,
    incrementalFile: `node_modules/.cache/mutants/${name.replaceAll("/", "-")}.json`,
    force: !values.again,
    reporters: ["progress"],
    warnings: false,
    // Outside of the project, where lint would find it.
    tempDirName: folder,
    allowConsoleColors: false,
  }).runMutationTest();
}

function inOrder(a: MutantResult, b: MutantResult): number {
  return a.fileName.localeCompare(b.fileName) || a.location.start.line - b.location.start.line;
}

/** Tells which of them nobody noticed, and returns the score. */
function tell(name: string, results: MutantResult[]): string {
  const counted = results.filter(({ status }) => status !== "CompileError" && status !== "Ignored");
  const unnoticed = counted.filter(({ status }) => status === "Survived" || status === "NoCoverage");
  for (const mutant of unnoticed.sort(inOrder)) {
    const { start, end } = mutant.location; // counted from 1 here, and from 0 where it is chosen
    const fromZero = ({ line, column }: typeof start) => ({ line: line - 1, column: column - 1 });
    const { before } = readPlace({ ...mutant, location: { start: fromZero(start), end: fromZero(end) } });
    const unseen = mutant.status === "NoCoverage" ? " (no test comes by)" : "";
    const at = `${relative(".", mutant.fileName)}:${start.line}${unseen}`;
    console.error(`${at}\n  - ${before}\n  + ${mutant.replacement}`);
  }
  const noticed = counted.length - unnoticed.length;
  return `${name}: ${noticed} of ${counted.length} noticed (${((100 * noticed) / counted.length).toFixed(1)} %)`;
}
