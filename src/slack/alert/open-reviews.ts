// At /alert: what its author has reviewed and not sent yet. Pure.
import type { KnownBlock } from "@slack/web-api";
import type { OpenReview } from "../../alerts/open-reviews.ts";
import type { Settings } from "../../config.ts";
import { kindNames } from "../../outcomes/summary.ts";
import { escapeForSlack } from "../../text/slack-markup.ts";
import { describeTime, nameTimeZone, oneLine, plural } from "../../text/words.ts";
import { clip, section, zonesOf } from "../words/blocks.ts";

/** At most this many are named. */
const NAMED = 3;

/** @param reviews the newest first */
export function openReviewBlocks(
  reviews: readonly OpenReview[],
  { timeZone }: Pick<Settings, "timeZone">,
): KnownBlock[] {
  if (reviews.length === 0) return [];
  const lines = reviews.slice(0, NAMED).map((review) => {
    const [from, until] = [review.reviewedAt, review.until].map((time) => describeTime(time, timeZone));
    const beginning = escapeForSlack(clip(oneLine(review.text), 60));
    return (
      `• *${kindNames[review.kind]}* to ${zonesOf(review, 120, escapeForSlack)}: “${beginning}”, ` +
      `reviewed on ${from}, and can be sent until ${until}`
    );
  });
  const more = reviews.length - lines.length;
  if (more > 0) lines.push(`• and ${more} more`);
  const what = `You have ${plural(reviews.length, "open review")} (${nameTimeZone(timeZone)}):`;
  const end =
    "Nothing of this is sent yet: press Send or Discard under its message, or write another alert here.";
  return [section([`:memo: ${what}`, ...lines, end].join("\n"))];
}
