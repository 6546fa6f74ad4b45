// Builds Headgate wrong, in memory or from a changed copy of the migrations, where the runner asks for it.
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vitest/config";
import { type Saboteur, saboteurs } from "./saboteurs.ts";

/** @param name the saboteur's; without one everything stays as it is */
export function sabotage(name: string | undefined): Plugin[] {
  if (name === undefined) return [];
  const saboteur = saboteurs.find((each) => each.name === name);
  if (!saboteur) throw new Error(`There is no saboteur "${name}".`);
  const { file, find, replace } = saboteur;
  if (file.endsWith(".sql")) {
    const migrations = changeMigration(saboteur);
    return [changing("src/db/migrate.ts", '"../../migrations"', JSON.stringify(migrations))];
  }
  return [changing(file, find, replace)];
}

const pathOf = (file: string) => fileURLToPath(new URL(`../../../${file}`, import.meta.url));

const changing = (file: string, find: string, replace: string): Plugin => ({
  name: "saboteur",
  enforce: "pre",
  // What this makes of the module must not be taken for the module another time, nor the other way round.
  configureVitest: ({ defineCacheKeyGenerator }) =>
    defineCacheKeyGenerator(({ id }) => (id === pathOf(file) ? false : undefined)),
  transform: (code, id) => (id === pathOf(file) ? code.replace(find, () => replace) : undefined),
});

/** @returns a folder of migrations, one of them changed */
function changeMigration({ file, find, replace }: Saboteur): string {
  const folder = mkdtempSync(join(tmpdir(), "headgate-saboteur-"));
  cpSync(pathOf("migrations"), folder, { recursive: true });
  const code = readFileSync(pathOf(file), "utf8").replace(find, () => replace);
  writeFileSync(join(folder, basename(file)), code);
  return folder;
}
