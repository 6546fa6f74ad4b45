import { join } from "node:path";
import { startEmbedded } from "./embedded.ts";

/** Relative to where Headgate is started. */
const DATA_FOLDER = "data";

/** The owner's own database, or the built-in PostgreSQL in `./data`. */
export async function provideDatabase(
  configured: string | undefined,
): Promise<{ url: string; stop(): Promise<void> }> {
  if (configured !== undefined) return { url: configured, stop: async () => {} };
  const embedded = await startEmbedded(join(process.cwd(), DATA_FOLDER));
  await embedded.createDatabase("headgate");
  return { url: embedded.url("headgate"), stop: embedded.stop };
}
