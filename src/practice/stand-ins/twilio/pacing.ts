/** When things happen at the stand-in by themselves; all in milliseconds. */
export type Pacing = {
  /** Until a message's next status. */
  stepDelay(): number;
  /** Until each copy of a callback leaves: usually one, sometimes late, twice, or never. */
  callbackDelays(callback: { sid: string; status: string }): number[];
  /** From the last status until the price is known. */
  priceDelay(): number;
  /** Before a failed webhook comes again. */
  retryDelay(): number;
};

/** Everything at once, each callback one time. */
export const promptPacing: Pacing = {
  stepDelay: () => 0,
  callbackDelays: () => [0],
  priceDelay: () => 0,
  retryDelay: () => 0,
};

/** As a bad evening on a real network, only faster. */
export function lifelikePacing(random: () => number = Math.random): Pacing {
  return {
    stepDelay: () => 150 + random() * 900,
    callbackDelays() {
      const chance = random();
      const soon = random() * 120;
      if (chance < 0.02) return [];
      if (chance < 0.08) return [soon, 400 + random() * 2500];
      if (chance < 0.2) return [1000 + random() * 2500];
      return [soon];
    },
    priceDelay: () => 2000 + random() * 4000,
    retryDelay: () => 500,
  };
}
