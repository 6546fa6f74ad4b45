import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { auditEntries, deliveries, deliveryCounts, deliveryStatus } from "../../src/db/schema.ts";
import { notReached } from "../../src/outcomes/counts.ts";
import { openTestDatabase } from "../helpers/database.ts";

test.each([
  ["update", sql`update audit_entries set actor = 'somebody else'`],
  ["delete", sql`delete from audit_entries`],
  ["truncate", sql`truncate audit_entries`],
])("the audit log refuses %s, even from the owner of the table", async (_, statement) => {
  const { db } = await openTestDatabase();
  await db.insert(auditEntries).values({ actor: "U1", action: "opened" });

  await expect(db.execute(statement)).rejects.toMatchObject({
    cause: { message: expect.stringContaining("append-only") },
  });

  expect(await db.select({ actor: auditEntries.actor }).from(auditEntries)).toEqual([{ actor: "U1" }]);
});

test("counts and prices by outcome follow the deliveries", async () => {
  const { db } = await openTestDatabase();
  const phones = ["+15555550100", "+15555550101", "+15555550102"];
  await db
    .insert(deliveries)
    .values(phones.map((address, index) => ({ sendingId: 1, position: index + 1, address })));
  await db.execute(sql`update deliveries set status = 'sent' where position < 3`);
  await db.execute(sql`update deliveries set price = 0.0083 where position < 3`);
  await db.execute(sql`update deliveries set status = 'delivered', price = 0.0091 where position = 1`);

  const counts = await db.select().from(deliveryCounts).orderBy(deliveryCounts.status);

  expect(counts.filter(({ count }) => count > 0)).toEqual([
    { sendingId: 1, part: 1, status: "pending", count: 1, price: 0, priced: 0 },
    { sendingId: 1, part: 1, status: "sent", count: 1, price: 0.0083, priced: 1 },
    { sendingId: 1, part: 1, status: "delivered", count: 1, price: 0.0091, priced: 1 },
  ]);
});

test("the database and the words for people mean the same by who was not reached", async () => {
  const { db } = await openTestDatabase();
  await db.insert(deliveries).values(
    deliveryStatus.enumValues.map((status, index) => ({
      sendingId: 1,
      position: index + 1,
      address: `+1555555${String(100 + index).padStart(4, "0")}`,
      status,
    })),
  );
  const found = await db
    .select({ status: deliveries.status })
    .from(deliveries)
    .where(eq(deliveries.isNotReached, true));
  expect(found.map(({ status }) => status).sort()).toEqual([...notReached].sort());
});
