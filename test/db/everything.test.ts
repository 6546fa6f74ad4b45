// An export's rows: every delivery, and before it its earlier attempts, wherever one lot ends and the next begins.
import fc from "fast-check";
import { expect, test } from "vitest";
import { attempts } from "../../src/db/schema.ts";
import { ROWS_AT_ONCE, readSnapshot } from "../../src/db/snapshot.ts";
import { listEverything } from "../../src/outcomes/everything.ts";
import { insertAlert } from "../helpers/alerts.ts";
import { connectTo, createTestDatabase } from "../helpers/database.ts";

const COUNT = 2 * ROWS_AT_ONCE + 3;
const phones = Array.from({ length: COUNT }, (_, n) => `+1206555${1000 + n}`);

test("each delivery stands behind its earlier attempts, the first of them first, in each alert", async () => {
  const url = await createTestDatabase();
  const { db } = connectTo(url);
  const inserted = [await insertAlert(db, phones), await insertAlert(db, phones)];
  const at = fc.record({
    alert: fc.integer({ min: 0, max: 1 }),
    position: fc.integer({ min: 1, max: COUNT }),
  });
  const borders = [
    { alert: 0, position: 1 },
    { alert: 0, position: ROWS_AT_ONCE },
    { alert: 1, position: ROWS_AT_ONCE + 1 },
    { alert: 1, position: COUNT },
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(at, { maxLength: 2 * COUNT, size: "max" }), async (some) => {
      await db.delete(attempts);
      const counts = new Map<string, number>();
      const kept = [...borders, ...some].map(({ alert, position }) => {
        const { alertId = 0, sendingId = 0 } = inserted[alert] ?? {};
        const attempt = (counts.get(`${alertId} ${position}`) ?? 0) + 1;
        counts.set(`${alertId} ${position}`, attempt);
        const claimedAt = new Date(Date.UTC(2026, 2, 3) + 1_000 * attempt);
        return {
          sendingId,
          position,
          attempt,
          status: "failed" as const,
          statusAt: claimedAt,
          claimedAt,
          code: `${attempt}`,
        };
      });
      // They lie about in any order.
      await db.insert(attempts).values(kept.toReversed());

      const lots = await readSnapshot(url, (rows) => Array.fromAsync(listEverything(rows)));
      const wanted = inserted.flatMap(({ alertId }) =>
        phones.flatMap((phone, index) => {
          const earlier = Array.from(
            { length: counts.get(`${alertId} ${index + 1}`) ?? 0 },
            (_, n) => `${n + 1}`,
          );
          return [...earlier, null].map((code) => [alertId, phone, code]);
        }),
      );
      expect(lots.flat().map(({ alertId, phone, code }) => [alertId, phone, code])).toEqual(wanted);

      const [, other] = inserted;
      const ofOne = await readSnapshot(url, (rows) => Array.fromAsync(listEverything(rows, other?.alertId)));
      expect(ofOne.flat()).toEqual(lots.flat().filter(({ alertId }) => alertId === other?.alertId));
    }),
    { numRuns: 8, examples: [[[]]] },
  );
});
