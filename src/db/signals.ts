// What instances tell each other at once, through PostgreSQL. A signal goes out with the commit of
// what it tells about. It is only a hint: the tables hold the truth.
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Connection, Tx } from "./open.ts";

const Signal = z.discriminatedUnion("about", [
  /** There may be something to send. */
  z.object({ about: z.literal("work") }),
  /** What is claimed of this sending and not yet handed over goes back. */
  z.object({ about: z.literal("sending"), sendingId: z.number() }),
  /** The same for this phone. */
  z.object({ about: z.literal("opt-out"), phone: z.string() }),
  /** An admin has changed one of the co-op's own settings. */
  z.object({ about: z.literal("settings") }),
]);
export type Signal = z.infer<typeof Signal>;

const CHANNEL = "headgate";

export async function signal(tx: Tx, what: Signal): Promise<void> {
  await tx.execute(sql`select pg_notify(${CHANNEL}, ${JSON.stringify(what)})`);
}

/**
 * @param onListening called whenever listening begins, also again after the connection was lost:
 *   what was signalled in between is gone
 */
export async function listenForSignals(
  { client }: Connection,
  onSignal: (what: Signal) => void,
  onListening: () => void,
): Promise<() => Promise<void>> {
  const { unlisten } = await client.listen(
    CHANNEL,
    (text) => onSignal(Signal.parse(JSON.parse(text))),
    onListening,
  );
  return unlisten;
}
