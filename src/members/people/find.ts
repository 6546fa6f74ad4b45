// Finding people on the list: by name, account, digits of a phone or zone. Pages begin behind the last name that was
// shown, so they stay put while others change the list.
import { and, eq, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Reader } from "../../db/open.ts";
import { members, zones } from "../../db/schema.ts";
import { ALL_ZONES } from "../stored.ts";

export type FoundMember = {
  id: number;
  account: string | null;
  name: string;
  /** What they are, where they have no account. */
  about: string | null;
  zone: string;
  phones: string[];
  /** Whether a text reaches them now. */
  isReached: boolean;
  leftAt: Date | null;
};

/** The last one that was shown. */
export type FindAfter = { name: string; id: number };

export type FindInput = {
  /** Words of a name, an account number, at least three digits of a phone, or a zone's name. */
  text?: string;
  /** Whoever gets what goes to this zone, those in all zones among them. */
  zoneId?: number;
  /** Only whoever has left, or has not; without it both. */
  hasLeft?: boolean;
  after?: FindAfter | undefined;
  limit: number;
};

const LEAST_DIGITS = 3;

const containing = (text: string): string => `%${text.replace(/[\\%_]/g, "\\$&")}%`;

/** Each word must be in the name, the zone or what they are, or begin the account; or the digits are a phone's. */
function matching(text: string): SQL | undefined {
  const typed = text.normalize("NFC").toLowerCase().trim();
  if (typed === "") return undefined;
  const words = typed.split(/\s+/).map((word) => {
    const like = containing(word);
    return or(
      sql`lower(${members.name}) like ${like}`,
      sql`lower(${members.account}) like ${like.slice(1)}`,
      sql`lower(${members.about}) like ${like}`,
      sql`lower(coalesce(${zones.name}, ${ALL_ZONES})) like ${like}`,
    );
  });
  const digits = typed.replace(/\D/g, "");
  const isPhone = digits.length >= LEAST_DIGITS && /^[\d\s()+.\-–]+$/.test(typed);
  const byPhone = sql`${members.id} in (select member_id from addresses where address like ${containing(digits)})`;
  return isPhone ? or(and(...words), byPhone) : and(...words);
}

/** By name. Who was erased can't be found. */
export async function findMembers(
  db: Reader,
  { text = "", zoneId, hasLeft, after, limit }: FindInput,
): Promise<{ people: FoundMember[]; next: FindAfter | undefined }> {
  const key = sql`lower(${members.name})`;
  const phones = sql<string[]>`array(
    select address from addresses a where a.member_id = ${members.id} and a.channel = 'text' order by not is_listed, address)`;
  // Counted for each who is shown: an "exists" would be answered for everybody at once.
  const isReached = sql<boolean>`${members.leftAt} is null and 0 < (
    select count(*) from addresses a where a.member_id = ${members.id} and a.channel = 'text'
      and not exists (select from barred_phones b where b.phone = a.address))`;
  const found = await db
    .select({
      id: members.id,
      account: members.account,
      name: members.name,
      about: members.about,
      zone: sql<string>`coalesce(${zones.name}, case when ${members.inAllZones} then ${ALL_ZONES} else '' end)`,
      phones,
      isReached,
      leftAt: members.leftAt,
    })
    .from(members)
    .leftJoin(zones, eq(zones.id, members.zoneId))
    .where(
      and(
        isNull(members.erasedAt),
        matching(text),
        zoneId === undefined ? undefined : or(eq(members.zoneId, zoneId), members.inAllZones),
        hasLeft === undefined ? undefined : (hasLeft ? isNotNull : isNull)(members.leftAt),
        after && sql`(${key}, ${members.id}) > (lower(${after.name}), ${after.id}::int)`,
      ),
    )
    .orderBy(key, members.id)
    .limit(limit + 1);
  const people = found.slice(0, limit);
  const last = people.at(-1);
  const next = found.length > limit && last ? { name: last.name, id: last.id } : undefined;
  return { people, next };
}
