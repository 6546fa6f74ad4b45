// Many small writes, made in groups.
import { type Clock, systemClock } from "../clock.ts";

/** At most this many go into one statement. */
const MAX_GROUP = 1000;

/**
 * Writes single items in groups. While nothing is being written, an item is written at once; otherwise together
 * with all that come until the write under way is done. An item's promise settles as its group's write does.
 *
 * @param collectMs wait this long before each write, for larger groups
 * @param enough stop waiting once there are this many
 */
export function groupWrites<Item>(
  write: (items: Item[]) => Promise<void>,
  {
    collectMs = 0,
    enough = MAX_GROUP,
    clock = systemClock,
  }: { collectMs?: number; enough?: number; clock?: Clock } = {},
): (item: Item) => Promise<void> {
  const waiting: { item: Item; done: () => void; failed: (error: unknown) => void }[] = [];
  let isWriting = false;
  let writeNow = () => {};

  const collect = () =>
    new Promise<void>((done) => {
      const unschedule = clock.after(collectMs, done);
      writeNow = () => {
        unschedule();
        done();
      };
    });

  async function drain() {
    isWriting = true;
    while (waiting.length > 0) {
      if (collectMs > 0 && waiting.length < enough) await collect();
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
      if (waiting.length === enough) writeNow();
    });
}
