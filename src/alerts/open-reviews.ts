// Reviews that wait for their author's Send: easily forgotten, and then written a second time.
import { and, desc, eq, gt, sql } from "drizzle-orm";
import type { SlackUser } from "../board/allowlist.ts";
import type { Reader } from "../db/open.ts";
import { alerts } from "../db/schema.ts";
import { REVIEW_MINUTES } from "./confirm.ts";

/** Newest first. */
export function listOpenReviews(db: Reader, { teamId, userId }: SlackUser) {
  const until = sql`${alerts.reviewedAt} + make_interval(mins => ${REVIEW_MINUTES})`;
  return db
    .select({
      kind: alerts.kind,
      text: alerts.text,
      zoneNames: alerts.zoneNames,
      allZones: alerts.allZones,
      reviewedAt: alerts.reviewedAt,
      until: sql<Date>`${until}`.mapWith(alerts.reviewedAt),
    })
    .from(alerts)
    .where(
      and(
        eq(alerts.status, "draft"),
        eq(alerts.teamId, teamId),
        eq(alerts.authorId, userId),
        gt(until, sql`now()`),
      ),
    )
    .orderBy(desc(alerts.reviewedAt));
}

export type OpenReview = Awaited<ReturnType<typeof listOpenReviews>>[number];
