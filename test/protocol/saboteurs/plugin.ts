// Builds Headgate wrong, in memory, where the runner asks for it.
import { fileURLToPath } from "node:url";
import type { Plugin } from "vitest/config";
import { changeOnDisk } from "./disk.ts";
import { type Saboteur, saboteurs } from "./saboteurs.ts";

export const pathOf = (file: string) => fileURLToPath(new URL(`../../../${file}`, import.meta.url));

/** @param name the saboteur's; without one everything stays as it is */
export function findSaboteur(name: string | undefined): Saboteur | undefined {
  if (name === undefined) return undefined;
  const saboteur = saboteurs.find((each) => each.name === name);
  if (!saboteur) throw new Error(`There is no saboteur "${name}".`);
  return saboteur;
}

/** For the process that runs the tests, which also makes the database that they copy. */
export function sabotage(name: string | undefined): Plugin[] {
  const saboteur = findSaboteur(name);
  if (!saboteur) return [];
  const { file, find, replace } = saboteur;
  changeOnDisk(pathOf(file), find, replace);
  return file.endsWith(".sql") ? [] : [changing(pathOf(file), find, replace)];
}

const changing = (path: string, find: string, replace: string): Plugin => ({
  name: "saboteur",
  enforce: "pre",
  // What this makes of the module must not be taken for the module another time, nor the other way round.
  configureVitest: ({ defineCacheKeyGenerator }) =>
    defineCacheKeyGenerator(({ id }) => (id === path ? false : undefined)),
  transform: (code, id) => (id === path ? code.replace(find, () => replace) : undefined),
});
