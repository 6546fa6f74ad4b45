// A scene whose app reaches its database by a network that can break, and whose database can be slow.
import { onTestFinished } from "vitest";
import { holdCommits } from "./commit-gate.ts";
import { connectTo, createFilledDatabase } from "./database.ts";
import { openProxy } from "./database-proxy.ts";
import { lane } from "./lane.ts";
import { openScene } from "./scene.ts";

export async function openBrittle() {
  const url = await createFilledDatabase();
  const proxy = await openProxy(url);
  const scene = await openScene({ database: { url: proxy.url }, isFilled: true });
  // Before the app is stopped, or it would wait for what never comes.
  onTestFinished(() => {
    proxy.thaw();
    proxy.cut();
  });
  // Not by way of the network that breaks.
  const { client } = connectTo(url);
  await scene.addZone("Spring Lane", lane(3));
  return {
    scene,
    proxy,
    /** From now on whoever changes this kind of thing waits in the commit itself. */
    holdCommits: (of: "alerts" | "sendings" | "parts") => holdCommits(client, of),
    /** Somebody works on the board's entries, so that a press waits before it changes anything. @returns the end of it */
    async holdBoard(): Promise<() => Promise<void>> {
      const held = await client.reserve();
      await held`begin`;
      await held`select from board_members for update`;
      return async () => {
        await held`commit`;
        held.release();
      };
    },
  };
}
