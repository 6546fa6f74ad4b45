// The builds that are tested, and what in each is other than in Headgate.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Saboteur, saboteurs } from "./saboteurs.ts";

export const root = fileURLToPath(new URL("../../..", import.meta.url));

/** One module of tests, as it is run against one build. */
export type Build = {
  name: string;
  /** None where it is Headgate as it should be. */
  saboteur: Saboteur | undefined;
  /** The test's file, and which of its tests are run. */
  file: string;
  names: readonly string[];
  /** Files of which it has copies of its own: the changed one, and all that lead to it. */
  own: ReadonlySet<string>;
};

/** Part of the names of those that are wanted. */
const SOME = process.env.SABOTEURS;

/** What takes a database or servers to catch is built with the campaigns; and so is the right one. */
const takesLong = ({ saboteur, file }: Build): boolean =>
  saboteur === undefined || !/^test\/(unit|architecture)/.test(file);
const isWanted = (build: Build): boolean =>
  SOME === undefined ? takesLong(build) === (process.env.FAULTS !== undefined) : build.name.includes(SOME);

/** The tables' functions come from these, by way of the database that tests copy. */
const MAKES_DATABASE = /^src\/db\/(functions|migrate)/;
const READS_SQL = "src/db/functions.ts";
export const COPIES_DATABASE = "test/helpers/database.ts";

export const makesDatabase = ({ file }: Saboteur) => MAKES_DATABASE.test(file);

/** A wrong build for each saboteur; and for each file of tests that catches some, the right one. */
export function listBuilds(): Build[] {
  const importers = readImporters();
  const changedBy = (saboteur: Saboteur) => [
    ...(saboteur.file.endsWith(".sql") ? [READS_SQL] : [saboteur.file]),
    ...(makesDatabase(saboteur) ? [COPIES_DATABASE] : []),
  ];
  const wrong = saboteurs.map((saboteur): Build => {
    const { file, test } = saboteur.caughtBy;
    const own = leadingTo(changedBy(saboteur), importers);
    return { name: saboteur.name, saboteur, file, names: [test], own };
  });
  // The simulation has its own test that all is well, with more seeds.
  const others = saboteurs.filter(({ caughtBy }) => !caughtBy.file.includes("simulation"));
  const right = [...Map.groupBy(others, ({ caughtBy }) => caughtBy.file)].map(([file, theirs]): Build => {
    const names = [...new Set(theirs.map(({ caughtBy }) => caughtBy.test))];
    const own = leadingTo(theirs.flatMap(changedBy), importers);
    return { name: `is as it should be, for ${file}`, saboteur: undefined, file, names, own };
  });
  return [...wrong, ...right].filter(isWanted);
}

/** Who imports each file. */
function readImporters(): Map<string, Set<string>> {
  const importers = new Map<string, Set<string>>();
  for (const file of globSync(["src/**/*.ts", "test/**/*.ts"], { cwd: root })) {
    const code = readFileSync(join(root, file), "utf8");
    for (const [, path = ""] of code.matchAll(/(?:from|import|import\()\s*"(\.[^"]+)"/g)) {
      const imported = resolve(root, dirname(file), path).slice(root.length);
      importers.set(imported, (importers.get(imported) ?? new Set()).add(file));
    }
  }
  return importers;
}

function leadingTo(files: readonly string[], importers: Map<string, Set<string>>): Set<string> {
  const found = new Set<string>();
  const open = [...files];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    open.push(...(importers.get(file) ?? []));
  }
  return found;
}
