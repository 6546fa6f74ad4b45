// What members wrote since somebody last looked.
import { and, desc, gt, isNotNull, ne, sql } from "drizzle-orm";
import type { Reader } from "../db/open.ts";
import { inboundTexts } from "../db/schema.ts";
import { namesOf } from "../members/holders.ts";

type NewText = {
  phone: string;
  body: string;
  writtenAt: Date;
  /** Everybody who has this phone; null if nobody has. */
  names: string | null;
};
export type NewTexts = {
  count: number;
  /** The newest of them, newest first. */
  texts: readonly NewText[];
};

/** Of those that the board is shown: what is between a member and the record is left out, and whoever was erased. */
export async function listNewTexts(
  db: Reader,
  { since, limit }: { since: Date; limit: number },
): Promise<NewTexts> {
  const isNew = and(
    gt(inboundTexts.receivedAt, since),
    isNotNull(inboundTexts.shownAs),
    ne(inboundTexts.phone, ""),
  );
  const [count, texts] = await Promise.all([
    db.$count(inboundTexts, isNew),
    db
      .select({
        phone: inboundTexts.phone,
        body: inboundTexts.body,
        writtenAt: inboundTexts.writtenAt,
        names: namesOf(sql.raw("inbound_texts.phone")),
      })
      .from(inboundTexts)
      .where(isNew)
      .orderBy(desc(inboundTexts.receivedAt))
      .limit(limit),
  ]);
  return { count, texts };
}
