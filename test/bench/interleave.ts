// Runs contenders in turns, in reversed order each round, so that what else the machine does, and how
// warm it is, falls on all of them alike.
import { median } from "./statistics.ts";

export type Measured<Name extends string, Figure extends string> = {
  /** The median of what one contender's runs said. */
  of(name: Name, figure: Figure): number;
  /** The median of the quotients within the rounds: a slow minute is slow for both. */
  ratio(numerator: [Name, Figure], denominator: [Name, Figure]): number;
};

export async function interleave<Name extends string, Figure extends string>(
  contenders: Record<Name, () => Promise<Record<Figure, number>>>,
  rounds: number,
): Promise<Measured<Name, Figure>> {
  const order: [string, () => Promise<Record<Figure, number>>][] = Object.entries(contenders);
  const runs = new Map<string, Record<Figure, number>[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of round % 2 === 0 ? order : order.toReversed()) {
      const figures = await run();
      runs.set(name, [...(runs.get(name) ?? []), figures]);
      console.error(`  ${round + 1}/${rounds} ${name}: ${say(figures)}`);
    }
  }
  const all = (name: Name, figure: Figure) => (runs.get(name) ?? []).map((figures) => figures[figure]);
  return {
    of: (name, figure) => median(all(name, figure)),
    ratio: (numerator, denominator) => {
      const below = all(...denominator);
      return median(all(...numerator).map((value, round) => value / (below[round] ?? Number.NaN)));
    },
  };
}

const say = (figures: Record<string, number>): string =>
  Object.entries(figures)
    .map(([name, value]) => `${name} ${Math.round(value * 100) / 100}`)
    .join(", ");
