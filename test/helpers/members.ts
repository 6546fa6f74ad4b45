import { asc, eq } from "drizzle-orm";
import type { Db } from "../../src/db/open.ts";
import { members, zones } from "../../src/db/schema.ts";

/** Every member as the co-op's own list says it. */
export const listMembers = (db: Db) =>
  db
    .select({
      account: members.account,
      name: members.name,
      phone: members.phone,
      zone: zones.name,
      language: members.language,
    })
    .from(members)
    .innerJoin(zones, eq(zones.id, members.zoneId))
    .orderBy(asc(members.account));
