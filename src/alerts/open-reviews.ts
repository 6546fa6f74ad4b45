// Reviews that wait for their author's Send: easily forgotten, and then written a second time.
import { and, desc, eq, gt, sql } from "drizzle-orm";
import type { SlackUser } from "../board/allowlist.ts";
import type { Reader } from "../db/open.ts";
import { alerts, sendings } from "../db/schema.ts";
import { REVIEW_MINUTES } from "./confirm.ts";

const until = sql`${alerts.reviewedAt} + make_interval(mins => ${REVIEW_MINUTES})`;

const isOpenReviewOf = ({ teamId, userId }: SlackUser) =>
  and(
    eq(alerts.status, "draft"),
    eq(alerts.teamId, teamId),
    eq(alerts.authorId, userId),
    gt(until, sql`now()`),
  );

/** Whether there is anything to know before one writes. It is one short question, because /alert waits for it. */
export async function findWhatIsOpen(
  db: Reader,
  user: SlackUser,
): Promise<{ underWay: boolean; reviews: boolean }> {
  const [open] = await db
    .select({
      underWay: sql<boolean>`exists (select from ${sendings} where ${sendings.status} = 'sending')`,
      reviews: sql<boolean>`exists (select from ${alerts} where ${isOpenReviewOf(user)})`,
    })
    .from(sql`(select) as once`);
  if (!open) throw new Error("a question without a table has no answer");
  return open;
}

/** Newest first. */
export function listOpenReviews(db: Reader, user: SlackUser) {
  return db
    .select({
      id: alerts.id,
      kind: alerts.kind,
      text: alerts.text,
      zoneNames: alerts.zoneNames,
      allZones: alerts.allZones,
      reviewedAt: alerts.reviewedAt,
      until: sql<Date>`${until}`.mapWith(alerts.reviewedAt),
    })
    .from(alerts)
    .where(isOpenReviewOf(user))
    .orderBy(desc(alerts.reviewedAt));
}

export type OpenReview = Awaited<ReturnType<typeof listOpenReviews>>[number];
