// What was sent to one member, and what became of it: the newest alert first, a page at a time.
import { sql } from "drizzle-orm";
import type { Reader } from "../db/open.ts";
import type { AlertKind, DeliveryStatus, LeftOutReason } from "../db/schema.ts";
import { numbersThen, zonesReaching } from "../members/people/theirs.ts";
import { IN_ALL_ZONES } from "../members/reach.ts";

/** One alert to one of their numbers; or that it left them out, and why. */
export type SentToMember = {
  alertId: number;
  kind: AlertKind;
  text: string;
  confirmedAt: Date;
} & (
  | { phone: string; status: DeliveryStatus; code: string | null; statusAt: Date; reason: null }
  | { phone: null; status: null; code: null; statusAt: null; reason: LeftOutReason }
);

/**
 * Of each alert all that was sent to them stands on one page.
 *
 * @param before only older ones than this alert
 * @param alerts at most so many of them
 */
export async function listSentToMember(
  db: Reader,
  memberId: number,
  { before, alerts: limit }: { before?: number | undefined; alerts: number },
): Promise<{ sent: SentToMember[]; next: number | undefined }> {
  const version = sql.raw("s.list_version");
  const { zoneIds, since } = await zonesReaching(db, memberId);
  // Looking into an alert takes time: so only into those that can have come to them.
  const mayBeTheirs = zoneIds.includes(IN_ALL_ZONES)
    ? sql`true`
    : sql`(${version} < ${since}::int or a.zone_ids && ${`{${zoneIds.join()}}`}::int[])`;
  // And only if the page has room for it.
  const page = sql`(
    select a.id as alert_id, a.kind, a.text, a.confirmed_at, s.id as sending_id, theirs.positions, l.reason
    from alerts a join sendings s on s.id = a.sending_id
    cross join lateral (
      select array_agg(position) as positions
      from (${numbersThen(memberId, version)}) as numbers
        cross join lateral find_delivery(s.id, numbers.phone) as position
      where position is not null
    ) as theirs
    left join left_out l on l.sending_id = s.id and l.member_id = ${memberId}::int
    where (theirs.positions is not null or l.reason is not null)
      and a.id < coalesce(${before ?? null}::int, 2147483647) and ${mayBeTheirs}
    order by a.id desc limit ${limit + 1}::int
  ) as page left join deliveries d on d.sending_id = page.sending_id and d.position = any (page.positions)`;
  const found = await db
    .select({
      alertId: sql<number>`page.alert_id`,
      kind: sql<AlertKind>`page.kind`,
      text: sql<string>`page.text`,
      confirmedAt: sql<Date>`page.confirmed_at`.mapWith((at: string) => new Date(at)),
      phone: sql<string | null>`d.address`,
      status: sql<DeliveryStatus | null>`d.status`,
      code: sql<string | null>`coalesce(d.code, d.error_code::text)`,
      statusAt: sql<Date | null>`d.status_at`.mapWith((at: string) => new Date(at)),
      reason: sql<LeftOutReason | null>`page.reason`,
    })
    .from(page)
    .orderBy(sql`page.alert_id desc, d.address`);
  const ids = [...new Set(found.map(({ alertId }) => alertId))];
  const shown = new Set(ids.slice(0, limit));
  const sent = found.flatMap((line): SentToMember[] => {
    const { alertId, kind, text, confirmedAt, phone, status, code, statusAt, reason } = line;
    const alert = { alertId, kind, text, confirmedAt };
    if (!shown.has(alertId)) return [];
    if (phone !== null && status !== null && statusAt !== null) {
      return [{ ...alert, phone, status, code, statusAt, reason: null }];
    }
    return reason === null
      ? []
      : [{ ...alert, phone: null, status: null, code: null, statusAt: null, reason }];
  });
  return { sent, next: ids.length > limit ? ids[limit - 1] : undefined };
}
