import { eq, sql } from "drizzle-orm";
import type { Db } from "../../src/db/open.ts";
import { alerts, deliveries, parts, sendings } from "../../src/db/schema.ts";
import type { Standing } from "../../src/outcomes/read-alert.ts";

type More = Partial<Omit<typeof alerts.$inferInsert, "status">> & {
  status?: Exclude<Standing, "draft" | "discarded">;
  endedAt?: Date;
};

/** An alert that is under way, as the confirm leaves it, with one delivery for each phone. */
export async function insertAlert(
  db: Db,
  phones: readonly string[],
  { status = "sending", endedAt, ...more }: More = {},
): Promise<{ alertId: number; sendingId: number }> {
  const text = more.text ?? "Boil your water.";
  const segments = more.segments ?? 1;
  const [sending] = await db
    .insert(sendings)
    .values({
      about: "alert",
      rank: more.kind === "emergency" ? 0 : 2,
      status: status === "halted" ? "sending" : status,
      deadlineAt: sql`now() + interval '1 hour'`,
      followAt: sql`now()`,
      endedAt,
    })
    .returning({ id: sendings.id });
  if (!sending) throw new Error("no sending was inserted");
  const [alert] = await db
    .insert(alerts)
    .values({
      status: "confirmed",
      teamId: "T1",
      authorId: "U1",
      kind: "other",
      zoneIds: [1],
      zoneNames: ["North"],
      allZones: false,
      text,
      segments,
      phoneCount: phones.length,
      memberCount: phones.length,
      audienceFingerprint: "",
      confirmedAt: sql`now()`,
      ...more,
      sendingId: sending.id,
    })
    .returning({ id: alerts.id });
  if (!alert) throw new Error("no alert was inserted");
  if (phones.length > 0) {
    await db
      .insert(deliveries)
      .values(phones.map((address, index) => ({ sendingId: sending.id, position: index + 1, address })));
  }
  await db.insert(parts).values({
    sendingId: sending.id,
    part: 1,
    gateway: "twilio",
    text,
    segments,
    first: 1,
    last: phones.length,
    claimedUpTo: 0,
    ...(status === "halted" && { haltReason: "The account can't send.", halts: 1 }),
  });
  return { alertId: alert.id, sendingId: sending.id };
}

/** More deliveries than there were when it was inserted. */
export async function setLast(db: Db, sendingId: number, last: number): Promise<void> {
  await db.update(parts).set({ last }).where(eq(parts.sendingId, sendingId));
  await db.update(alerts).set({ phoneCount: last }).where(eq(alerts.sendingId, sendingId));
}
