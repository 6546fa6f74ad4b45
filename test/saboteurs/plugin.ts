// Builds Headgate wrong, in memory, where the runner asks for it.
import { fileURLToPath } from "node:url";
import type { Plugin } from "vitest/config";
import { saboteurs } from "./saboteurs.ts";

/** @param name the saboteur's; without one everything stays as it is */
export function sabotage(name: string | undefined): Plugin[] {
  if (name === undefined) return [];
  const saboteur = saboteurs.find((each) => each.name === name);
  if (!saboteur) throw new Error(`There is no saboteur "${name}".`);
  const path = fileURLToPath(new URL(`../../${saboteur.file}`, import.meta.url));
  return [
    {
      name: "saboteur",
      enforce: "pre",
      transform: (code, id) =>
        id === path ? code.replace(saboteur.find, () => saboteur.replace) : undefined,
    },
  ];
}
