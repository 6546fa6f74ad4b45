import { asc, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { Database, Db, Tx } from "../../src/db/open.ts";
import { addresses, members, zones } from "../../src/db/schema.ts";

/** Every member as the co-op's own list says it. */
export const listMembers = (db: Db) =>
  db
    .select({
      account: members.account,
      name: members.name,
      phone: addresses.address,
      zone: zones.name,
      language: members.language,
    })
    .from(members)
    .innerJoin(zones, eq(zones.id, members.zoneId))
    .leftJoin(addresses, sql`${addresses.memberId} = ${members.id} and ${addresses.isListed}`)
    .orderBy(asc(members.account));

type Person = typeof members.$inferInsert & { phone: string | null };

/** Puts them on the list, each with this phone as the list's. @returns their ids */
export async function addMembers(db: Db, people: readonly Person[]): Promise<number[]> {
  if (people.length === 0) return [];
  return db.transaction(async (tx) => {
    const values = people.map(({ phone: _, ...member }) => member);
    const added = await tx.insert(members).values(values).returning({ id: members.id });
    const numbers = people.flatMap(({ phone }, n) =>
      phone === null ? [] : [{ memberId: added[n]?.id ?? 0, address: phone, isListed: true }],
    );
    if (numbers.length > 0) await tx.insert(addresses).values(numbers);
    return added.map(({ id }) => id);
  });
}

const idsOf = (tx: Tx, where: SQL) => tx.select({ id: members.id }).from(members).where(where);

/** From now on these members have this phone and no other. */
export const setPhone = (db: Database, where: SQL, phone: string | null): Promise<void> =>
  db.transaction(async (tx) => {
    const ids = (await idsOf(tx, where)).map(({ id }) => id);
    await tx.delete(addresses).where(inArray(addresses.memberId, ids));
    if (phone === null || ids.length === 0) return;
    await tx.insert(addresses).values(ids.map((memberId) => ({ memberId, address: phone, isListed: true })));
  });

/** As no release does it: they are on no list any more. */
export const removeMembers = (db: Database, where?: SQL): Promise<void> =>
  db.transaction(async (tx) => {
    const ids = idsOf(tx, where ?? sql`true`);
    await tx.delete(addresses).where(inArray(addresses.memberId, ids));
    await tx.delete(members).where(where);
  });

/** Of the members with this phone. */
export const hasPhone = (phone: string): SQL =>
  sql`${members.id} in (select member_id from addresses where address = ${phone})`;
