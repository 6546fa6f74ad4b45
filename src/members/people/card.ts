// A member's card: what is known of them, and of each number whether texts reach it, and if not why.
import { and, asc, eq, inArray, isNull, ne, sql } from "drizzle-orm";
import type { Reader } from "../../db/open.ts";
import { addresses, members, optOuts, zones } from "../../db/schema.ts";
import { type BarredNumber, listBarredNumbers } from "../../opt-outs/numbers.ts";
import { isAtProvider } from "../../opt-outs/opt-outs.ts";
import { ALL_ZONES } from "../stored.ts";

/** Why a number gets no texts. */
type Barred =
  | { why: "opted out"; at: Date; source: string; isAtProvider: boolean }
  | ({ why: "unusable" } & Omit<BarredNumber, "phone">);

type CardNumber = {
  phone: string;
  /** It is the one of the co-op's own list: an import changes it. */
  isListed: boolean;
  addedAt: Date;
  /** Null: nothing is known of it. */
  consent: {
    source: string;
    words: string | null;
    at: Date | null;
    userId: string | null;
    teamId: string | null;
  } | null;
  /** Null: texts reach it. */
  barred: Barred | null;
  /** Others who have it too: they get one text together. */
  sharedWith: { id: number; name: string }[];
};

export type Card = {
  id: number;
  /** To be handed back with a change (people/lock.ts). */
  version: number;
  account: string | null;
  name: string;
  about: string | null;
  language: string | null;
  zoneId: number | null;
  inAllZones: boolean;
  zone: string;
  leftAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  updatedBy: string | null;
  updatedTeam: string | null;
  numbers: CardNumber[];
  /** Why no text reaches them; undefined where one does. */
  unreached: "left" | "no number" | "opted out" | "unusable" | undefined;
};

/** @returns nothing where nobody has this id, or they were erased */
export async function readCard(db: Reader, memberId: number): Promise<Card | undefined> {
  const [found] = await db
    .select({
      id: members.id,
      version: members.version,
      account: members.account,
      name: members.name,
      about: members.about,
      language: members.language,
      zoneId: members.zoneId,
      inAllZones: members.inAllZones,
      zone: sql<string>`coalesce(${zones.name}, case when ${members.inAllZones} then ${ALL_ZONES} else '' end)`,
      leftAt: members.leftAt,
      createdAt: members.createdAt,
      updatedAt: members.updatedAt,
      updatedBy: members.updatedBy,
      updatedTeam: members.updatedTeam,
    })
    .from(members)
    .leftJoin(zones, eq(zones.id, members.zoneId))
    .where(and(eq(members.id, memberId), isNull(members.erasedAt)));
  if (!found) return undefined;
  const numbers = await readNumbers(db, memberId);
  return { ...found, numbers, unreached: whyUnreached(found.leftAt, numbers) };
}

/** As members/reach.ts has it. */
function whyUnreached(leftAt: Date | null, numbers: readonly CardNumber[]): Card["unreached"] {
  if (leftAt !== null) return "left";
  if (numbers.length === 0) return "no number";
  if (numbers.some(({ barred }) => barred === null)) return undefined;
  return numbers.some(({ barred }) => barred?.why === "opted out") ? "opted out" : "unusable";
}

async function readNumbers(db: Reader, memberId: number): Promise<CardNumber[]> {
  const theirs = await db
    .select()
    .from(addresses)
    .where(and(eq(addresses.memberId, memberId), eq(addresses.channel, "text")))
    .orderBy(sql`not ${addresses.isListed}`, asc(addresses.address));
  const phones = theirs.map(({ address }) => address);
  if (phones.length === 0) return [];
  const out = new Map(
    (await db.select().from(optOuts).where(inArray(optOuts.phone, phones))).map((each) => [each.phone, each]),
  );
  const unusable = new Map((await listBarredNumbers(db, phones)).map((each) => [each.phone, each]));
  const others = await db
    .select({ phone: addresses.address, id: members.id, name: members.name })
    .from(addresses)
    .innerJoin(members, eq(members.id, addresses.memberId))
    .where(and(inArray(addresses.address, phones), ne(members.id, memberId), isNull(members.leftAt)))
    .orderBy(asc(members.name), asc(members.id));
  return theirs.map(({ address: phone, isListed, addedAt, source, words, ...consent }) => {
    const [optOut, bar] = [out.get(phone), unusable.get(phone)];
    const { consentAt: at, consentBy: userId, consentTeam: teamId } = consent;
    return {
      phone,
      isListed,
      addedAt,
      consent: source === null ? null : { source, words, at, userId, teamId },
      barred: optOut
        ? {
            why: "opted out" as const,
            at: optOut.optedOutAt,
            source: optOut.source,
            isAtProvider: isAtProvider(optOut.source),
          }
        : bar
          ? { why: "unusable" as const, foundAt: bar.foundAt, code: bar.code, triedAgainAt: bar.triedAgainAt }
          : null,
      sharedWith: others.filter((other) => other.phone === phone).map(({ id, name }) => ({ id, name })),
    };
  });
}
