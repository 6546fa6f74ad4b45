// The list of members in the database: read as a whole, and written as an import has planned it.
import { eq, sql } from "drizzle-orm";
import type { Reader, Tx } from "../db/open.ts";
import { memberList, members, zones } from "../db/schema.ts";
import { ensureZones, zoneKey } from "../zones/zones.ts";
import type { Member } from "./plan.ts";

const BATCH = 1000;

/** The list as it stands, by account. */
export async function listMembers(tx: Reader): Promise<Map<string, Member>> {
  const { account, name, phone, language } = members;
  const found = await tx
    .select({ account, name, phone, zone: zones.name, language })
    .from(members)
    .innerJoin(zones, eq(zones.id, members.zoneId))
    .orderBy(members.account);
  return new Map(found.map((member) => [member.account, member]));
}

/** Who comes in now was not on the list that earlier alerts were frozen from. */
async function raiseListVersion(tx: Tx): Promise<number> {
  const [list] = await tx
    .update(memberList)
    .set({ version: sql`${memberList.version} + 1` })
    .returning({ version: memberList.version });
  if (!list) throw new Error("The list of members has no version.");
  return list.version;
}

/** Adds those who are new, and changes the others. */
export async function writeMembers(tx: Tx, writes: Member[]): Promise<void> {
  const { idByKey } = await ensureZones(
    tx,
    writes.map(({ zone }) => zone),
  );
  const since = writes.length > 0 ? await raiseListVersion(tx) : 0;
  const values = writes.map(({ zone, ...member }) => {
    const zoneId = idByKey.get(zoneKey(zone));
    if (zoneId === undefined) throw new Error(`The zone ${zone} was not created.`);
    return { ...member, zoneId, since };
  });
  for (let at = 0; at < values.length; at += BATCH) {
    await tx
      .insert(members)
      .values(values.slice(at, at + BATCH))
      .onConflictDoUpdate({
        target: members.account,
        set: {
          name: sql`excluded.name`,
          phone: sql`excluded.phone`,
          zoneId: sql`excluded.zone_id`,
          language: sql`excluded.language`,
          updatedAt: sql`now()`,
        },
      });
  }
}
