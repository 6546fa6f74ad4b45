/** Looks again and again until there is something to see: for what announces itself in the database alone. */
export async function eventually<T>(
  look: () => Promise<T | undefined | false>,
  what: string,
  { patience = 10_000, every = 10 } = {},
): Promise<T> {
  const giveUpAt = performance.now() + patience;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > giveUpAt) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((again) => setTimeout(again, every));
  }
}
