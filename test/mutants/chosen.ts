// Which of the wrong builds are tried: Stryker asks this before it runs a test. The others count for nothing.
import { createHash } from "node:crypto";
import type { Checker, CheckResult } from "@stryker-mutator/api/check";
import { CheckStatus } from "@stryker-mutator/api/check";
import type { Mutant } from "@stryker-mutator/api/core";
import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import { isSameProgram } from "./same-program.ts";

class Chosen implements Checker {
  readonly #chosen = new Set<string>();

  async init() {}

  /** Stryker has all of them in one group here. */
  async group(mutants: Mutant[]): Promise<string[][]> {
    const sample = Number(process.env.MUTANTS_SAMPLE) || mutants.length;
    const seed = process.env.MUTANTS_SEED ?? "";
    const place = ({ fileName, location, replacement }: Mutant) =>
      createHash("sha256")
        .update(
          JSON.stringify([seed, fileName.split("/src/").at(-1), location.start, location.end, replacement]),
        )
        .digest("hex");
    const different = mutants.filter((each) => !isSameProgram(each));
    const inOrder = different.map((each) => ({ id: each.id, place: place(each) }));
    inOrder.sort((a, b) => (a.place < b.place ? -1 : 1));
    for (const { id } of inOrder.slice(0, sample)) this.#chosen.add(id);
    return [mutants.map(({ id }) => id)];
  }

  async check(mutants: Mutant[]): Promise<Record<string, CheckResult>> {
    const passed: CheckResult = { status: CheckStatus.Passed };
    const left: CheckResult = { status: CheckStatus.CompileError, reason: "not chosen" };
    return Object.fromEntries(mutants.map(({ id }) => [id, this.#chosen.has(id) ? passed : left]));
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, "chosen", Chosen)];
