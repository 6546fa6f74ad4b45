import { expect, test } from "vitest";
import { countAudience, freezeAudience } from "../../src/alerts/audience.ts";
import { deliveries, members, zones } from "../../src/db/schema.ts";
import { openTestDatabase } from "../helpers/database.ts";

test("no zone is nobody, never everybody", async () => {
  const { db } = await openTestDatabase();
  const [zone] = await db.insert(zones).values({ name: "North", key: "north" }).returning();
  await db
    .insert(members)
    .values({ account: "1", name: "Ruth", phone: "+12065550101", zoneId: zone?.id ?? 0 });

  expect(await countAudience(db, [])).toMatchObject({ members: 0, phones: 0 });
  await freezeAudience(db, 1, []);
  expect(await db.select().from(deliveries)).toEqual([]);
});
