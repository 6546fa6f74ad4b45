// The recorder: what became of each request is written down, in groups.
import type { CountryCode } from "libphonenumber-js/max";
import { type Clock, pause as rest } from "../clock.ts";
import { groupWrites } from "../db/group-writes.ts";
import { type Database, isDatabaseAway } from "../db/open.ts";
import type { Log } from "../log.ts";
import { type HandOver, recordHandOvers } from "./hand-over.ts";

/** Larger groups cost the database far less; requests wait for them only where very many are to be recorded. */
const RECORD_EVERY_MS = 10;
const RECORD_AGAIN_MS = 500;
const MAX_REFUSALS = 10;
/** A built-in server that went first is started anew meanwhile, which a busy machine takes long for. */
const MAX_TRIES_AT_THE_END = 50;

export type RecorderOptions = {
  db: Database;
  log: Log;
  clock: Clock;
  maxInFlight: number;
  /** The co-op's own. */
  country: CountryCode;
  /** Aborted as soon as we stop. */
  stopping: AbortSignal;
  /** Called when a hand-over was recorded. */
  onProgress: () => void;
};

export type Recorder = {
  record(handOver: HandOver): Promise<void>;
  /** Nothing can be recorded just now, so nothing is handed over. */
  cannotRecord(): boolean;
};

export function createRecorder({
  db,
  log,
  clock,
  maxInFlight,
  country,
  stopping,
  onProgress,
}: RecorderOptions): Recorder {
  let cannotRecord = false;

  const write = groupWrites((handOvers: HandOver[]) => recordHandOvers(db, country, handOvers), {
    collectMs: RECORD_EVERY_MS,
    // Requests wait for room to be recorded in: `pump` of the sender.
    enough: Math.ceil(maxInFlight / 2),
    clock,
  });

  /**
   * What became of a request is not forgotten: without a database, recording is tried until there is one. What
   * the database refuses, or what can't be recorded while we stop, is left to the resolver.
   */
  async function record(handOver: HandOver): Promise<void> {
    let [refusals, triesAtTheEnd] = [0, 0];
    while (refusals < MAX_REFUSALS && triesAtTheEnd < MAX_TRIES_AT_THE_END) {
      try {
        await write(handOver);
        cannotRecord = false;
        return onProgress();
      } catch (error) {
        if (!cannotRecord) log.error({ err: error }, "hand-overs can't be recorded; sending waits");
        cannotRecord = true;
        if (!isDatabaseAway(error)) refusals++;
        else if (stopping.aborted) triesAtTheEnd++;
        await rest(clock, RECORD_AGAIN_MS);
      }
    }
    cannotRecord = false;
    log.error({ sendingId: handOver.sendingId, position: handOver.position }, "a hand-over was not recorded");
  }

  return { record, cannotRecord: () => cannotRecord };
}
