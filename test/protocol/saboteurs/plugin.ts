// Builds Headgate wrong, in memory, in many ways side by side: each build has copies of its own of the module that is
// changed and of those that lead to it, by a query in their names, and shares all others.
import { join } from "node:path";
import type { Plugin } from "vitest/config";
import { type Build, COPIES_DATABASE, makesDatabase, root } from "./builds.ts";

/** The module that the tests of one build are run from. */
export const entryOf = (n: number) => join(root, `test/protocol/saboteurs/build-${n}.test.ts`);

const ENTRY = /\/build-(\d+)\.test\.ts$/;
const OWN = /\?build=(\d+)$/;

export function sabotage(builds: readonly Build[]): Plugin {
  const buildOf = (id: string | undefined) => {
    const [, n] = (id && (ENTRY.exec(id) ?? OWN.exec(id))) || [];
    return n === undefined ? undefined : { n, build: builds[Number(n)] };
  };
  return {
    name: "saboteurs",
    enforce: "pre",
    // What is made here of a module must not be taken for the module another time.
    configureVitest: ({ defineCacheKeyGenerator }) =>
      defineCacheKeyGenerator(({ id }) => (buildOf(id) ? false : undefined)),
    async resolveId(source, importer, options) {
      if (ENTRY.test(source)) return source;
      const from = buildOf(importer);
      if (!from?.build) return undefined;
      const resolved = await this.resolve(source, importer?.replace(OWN, ""), { ...options, skipSelf: true });
      if (!resolved?.id.startsWith(root)) return resolved;
      const isTest = resolved.id === join(root, from.build.file);
      const isOwn = isTest || from.build.own.has(resolved.id.slice(root.length));
      return isOwn ? { ...resolved, id: `${resolved.id}?build=${from.n}` } : resolved;
    },
    load(id) {
      const of = ENTRY.test(id) ? buildOf(id) : undefined;
      return of?.build && entry(of.n, of.build);
    },
    transform(code, id) {
      const of = buildOf(id);
      const saboteur = of?.build?.saboteur;
      if (!saboteur) return undefined;
      const path = id.replace(OWN, "");
      const { file, find, replace } = saboteur;
      if (path === join(root, file)) return code.replace(find, () => replace);
      if (path === join(root, COPIES_DATABASE) && makesDatabase(saboteur))
        return code
          .replace('inject("template")', () => JSON.stringify(templateOf(of.n)))
          .replace('inject("cooperative")', () => JSON.stringify(cooperativeOf(of.n)));
      return undefined;
    },
  };
}

const templateOf = (n: string) => `built_${n}`;
const cooperativeOf = (n: string) => `built_${n}_cooperative`;

/** What is read from the disk is as the build has it, until its tests are over. */
function entry(n: string, { saboteur, file }: Build): string {
  const here = (name: string) => JSON.stringify(join(root, "test/protocol/saboteurs", name));
  const tests = `await import(${JSON.stringify(join(root, file))});`;
  if (!saboteur) return tests;
  const args = [join(root, saboteur.file), saboteur.find, saboteur.replace];
  return `
import { afterAll, beforeAll } from "vitest";
import { changeOnDisk } from ${here("disk.ts")};
afterAll(changeOnDisk(${args.map((each) => JSON.stringify(each)).join(", ")}));
${
  makesDatabase(saboteur)
    ? `const { createTemplates } = await import(${here("template.ts")});
       beforeAll(() => createTemplates(${JSON.stringify(templateOf(n))}, ${JSON.stringify(cooperativeOf(n))}));`
    : ""
}
${tests}`;
}
