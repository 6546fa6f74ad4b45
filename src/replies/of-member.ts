// What one member wrote: the newest first, a page at a time.
import { and, desc, inArray, lt, sql } from "drizzle-orm";
import type { Reader } from "../db/open.ts";
import { inboundTexts } from "../db/schema.ts";
import { listNumbersOf, numbersThen } from "../members/people/theirs.ts";

export type WrittenByMember = { id: number; at: Date; phone: string; body: string; alertId: number | null };

/** From numbers that were theirs then; whoever shares one may have written it. @param before only older ones than this text */
export async function listWrittenByMember(
  db: Reader,
  memberId: number,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<{ texts: WrittenByMember[]; next: number | undefined }> {
  const phones = await listNumbersOf(db, memberId);
  if (phones.length === 0) return { texts: [], next: undefined };
  const found = await db
    .select({
      id: inboundTexts.id,
      at: inboundTexts.writtenAt,
      phone: inboundTexts.phone,
      body: inboundTexts.body,
      alertId: inboundTexts.alertId,
    })
    .from(inboundTexts)
    .where(
      and(
        inArray(inboundTexts.phone, phones),
        sql`${inboundTexts.phone} in (${numbersThen(memberId, sql`${inboundTexts.listVersion}`)})`,
        before === undefined ? undefined : lt(inboundTexts.id, before),
      ),
    )
    .orderBy(desc(inboundTexts.id))
    .limit(limit + 1);
  const texts = found.slice(0, limit);
  return { texts, next: found.length > limit ? texts.at(-1)?.id : undefined };
}
