import { type Clock, pause, systemClock } from "../clock.ts";

/** So many at most go into one statement. */
const MAX_GROUP = 1000;

/**
 * Writes single items in groups: at once while nothing is being written, else together with all that
 * comes until the write under way is done. The promise of an item settles as its group's write does.
 *
 * @param collectMs wait so long before each write, for larger groups; only where nobody waits for the item
 */
export function groupWrites<Item>(
  write: (items: Item[]) => Promise<void>,
  { collectMs = 0, clock = systemClock }: { collectMs?: number; clock?: Clock } = {},
): (item: Item) => Promise<void> {
  const waiting: { item: Item; done: () => void; failed: (error: unknown) => void }[] = [];
  let isWriting = false;

  async function drain() {
    isWriting = true;
    while (waiting.length > 0) {
      if (collectMs > 0) await pause(clock, collectMs);
      const group = waiting.splice(0, MAX_GROUP);
      try {
        await write(group.map(({ item }) => item));
        for (const { done } of group) done();
      } catch (error) {
        for (const { failed } of group) failed(error);
      }
    }
    isWriting = false;
  }

  return (item) =>
    new Promise((done, failed) => {
      waiting.push({ item, done, failed });
      if (!isWriting) void drain();
    });
}
