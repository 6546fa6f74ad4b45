import { sql } from "drizzle-orm";
import type { Db } from "../../src/db/open.ts";
import { alerts, deliveries, progress } from "../../src/db/schema.ts";

/** An alert that is under way, as the confirm leaves it, with one delivery for each phone. */
export async function insertAlert(
  db: Db,
  phones: readonly string[],
  more: Partial<typeof alerts.$inferInsert> = {},
): Promise<number> {
  const [alert] = await db
    .insert(alerts)
    .values({
      status: "sending",
      teamId: "T1",
      authorId: "U1",
      kind: "other",
      zoneIds: [1],
      zoneNames: ["North"],
      allZones: false,
      text: "Boil your water.",
      segments: 1,
      phoneCount: phones.length,
      memberCount: phones.length,
      audienceFingerprint: "",
      confirmedAt: sql`now()`,
      frozenAt: sql`now()`,
      deadlineAt: sql`now() + interval '1 hour'`,
      ...more,
    })
    .returning({ id: alerts.id });
  if (!alert) throw new Error("no alert was inserted");
  const rows = phones.map((phone, index) => ({ alertId: alert.id, position: index + 1, phone }));
  if (rows.length > 0) await db.insert(deliveries).values(rows);
  await db.insert(progress).values({ alertId: alert.id });
  return alert.id;
}
