// The database as it is at one moment, for what takes long to read and would not fit into memory.
import { setTimeout as pause } from "node:timers/promises";
import { drizzle } from "drizzle-orm/pg-proxy";
import { openDatabase, type Reader, readerOf } from "./open.ts";

/**
 * The rows of one query, some hundred at a time, by a cursor. Several may be read in turns.
 *
 * @param query asked again for each lot; it must be the same each time
 */
export type ReadRows = <Row>(query: (db: Reader) => PromiseLike<Row[]>) => AsyncGenerator<Row[]>;

/** So few that nothing else waits while they are worked on. */
export const ROWS_AT_ONCE = 50;
/** After each lot it rests, this many times as long as that took: of a small machine, the most is left to an alert. */
const RESTS = 2;
const LONGEST_REST_MS = 100;
/** For the first rows of all there are, which the database may have to sort. */
const PATIENCE_MS = 600_000;

/**
 * Everything that is read within `work` is of the same moment. It has a connection of its own, so that nobody who
 * sends waits for one, and it locks nothing that anybody else needs.
 *
 * @param signal ends it early, also in the middle of a statement
 */
export async function readSnapshot<T>(
  url: string,
  work: (rows: ReadRows) => Promise<T>,
  signal: AbortSignal = new AbortController().signal,
): Promise<T> {
  const { client, close } = openDatabase(url, { maxConnections: 1, statementTimeoutMs: PATIENCE_MS });
  let cursors = 0;
  let cancel = () => {};
  const end = () => cancel();
  signal.addEventListener("abort", end);
  try {
    const read = client.begin("isolation level repeatable read read only", async (tx) => {
      // Who is slow here, such as a disk, holds up nobody.
      await tx.unsafe(`set local idle_in_transaction_session_timeout = ${PATIENCE_MS}`);
      const ask = (text: string, parameters: Parameters<typeof tx.unsafe>[1] = []) => {
        signal.throwIfAborted();
        const asked = tx.unsafe(text, parameters);
        // Where that fails, the database is away, and the statement with it.
        cancel = () => void Promise.resolve(asked.cancel()).catch(() => {});
        return asked.values();
      };
      async function* rows<Row>(query: (db: Reader) => PromiseLike<Row[]>): AsyncGenerator<Row[]> {
        const name = `rows_${++cursors}`;
        let isOpen = false;
        // The query is drizzle's, and so is what is made of its rows; only where they come from is ours.
        const reader = drizzle(
          async (text, parameters) => {
            if (!isOpen) await ask(`declare ${name} no scroll cursor for ${text}`, parameters);
            isOpen = true;
            return { rows: await ask(`fetch ${ROWS_AT_ONCE} from ${name}`) };
          },
          { casing: "snake_case" },
        );
        for (;;) {
          const begun = performance.now();
          const lot = await query(readerOf(reader));
          if (lot.length > 0) yield lot;
          if (lot.length < ROWS_AT_ONCE) break;
          const rest = Math.min(RESTS * (performance.now() - begun), LONGEST_REST_MS);
          await pause(rest, undefined, { signal });
        }
        await ask(`close ${name}`);
      }
      return { done: await work(rows) };
    });
    return (await read).done;
  } finally {
    signal.removeEventListener("abort", end);
    await close();
  }
}
