// The step that can't be undone, in one transaction: from "are you sure" to a frozen audience. A very large one
// is frozen by a job soon after.
import { and, eq, sql } from "drizzle-orm";
import { record } from "../audit/audit.ts";
import { isAuthor, type SlackUser } from "../board/allowlist.ts";
import { type Change, Refusal } from "../board/change.ts";
import type { Tx } from "../db/open.ts";
import { type AlertKind, alerts, sendings } from "../db/schema.ts";
import { signal } from "../db/signals.ts";
import { holdTurn } from "../db/turns.ts";
import { freezeAudience, holdBack } from "../deliveries/freeze.ts";
import { type Draft, lookAgain, type Now } from "./look-again.ts";
import { DEADLINE_HOURS, RANKS } from "./sending-time.ts";
import { keepWarnings } from "./shown-warnings.ts";
import type { Moment, Warning } from "./warnings.ts";
import { lastNews } from "./what-changed.ts";
import { keepZonesReach } from "./zone-reach.ts";

/** A review that is older may no longer be what the board wants to say. */
export const REVIEW_MINUTES = 30;

/** A larger audience is frozen by the worker, since Slack waits only 3 s for the confirm. */
const FREEZE_AT_ONCE = 20_000;

export type ConfirmOutcome =
  | "confirmed"
  /** The audience, the draft or what speaks against it changed since the review. The review now shows that. */
  | "changed"
  | "nobody left"
  | "too old"
  | "already decided"
  | "not the author"
  | "not on the allowlist";

export type Confirmation = {
  outcome: ConfirmOutcome;
  /** What the author has not seen before, and is asked about: in Slack's notation. */
  news: string[];
  /** To how many phones it goes; how many of the review get nothing: opted out since, or found unable to. */
  phones: number;
  optedOut: number;
};

/** Which draft, and which of the reviews that were shown of it. */
export type Reviewed = { alertId: number; version: number };

/** When it is confirmed, and the gateway that it goes out by. */
export type ConfirmNeeds = Moment & { gateway: string };

/**
 * Accepted once, in time, and from the author alone, while they are on the allowlist, and while nothing speaks
 * against it that they have not been shown. Anything else sends nothing.
 */
export async function confirmAlert(
  change: Change,
  reviewed: Reviewed,
  needs: ConfirmNeeds,
): Promise<Confirmation> {
  try {
    return await change((tx, member) => confirm(tx, reviewed, member, needs), {
      // One snapshot for the count and the freeze, so that what was counted is what is frozen.
      isolationLevel: "repeatable read",
      alertId: reviewed.alertId,
    });
  } catch (error) {
    if (error instanceof Refusal && error.why === "not on the allowlist") return nothingDone(error.why);
    throw error;
  }
}

const nothingDone = (outcome: ConfirmOutcome, news: readonly Warning[] = []): Confirmation => ({
  outcome,
  news: news.map(({ words }) => words),
  phones: 0,
  optedOut: 0,
});

const facts = {
  id: alerts.id,
  status: alerts.status,
  kind: alerts.kind,
  text: alerts.text,
  segments: alerts.segments,
  teamId: alerts.teamId,
  authorId: alerts.authorId,
  zoneIds: alerts.zoneIds,
  zoneNames: alerts.zoneNames,
  allZones: alerts.allZones,
  phoneCount: alerts.phoneCount,
  memberCount: alerts.memberCount,
  audienceFingerprint: alerts.audienceFingerprint,
  version: alerts.version,
  inTime: sql<boolean>`${alerts.reviewedAt} > now() - make_interval(mins => ${REVIEW_MINUTES})`,
};

async function confirm(
  tx: Tx,
  { alertId, version }: Reviewed,
  user: SlackUser,
  needs: ConfirmNeeds,
): Promise<Confirmation> {
  const ofAlert = eq(alerts.id, alertId);
  // Only a draft is locked. A confirm that comes late waits for nobody, and has nothing to look at again.
  const draft = await tx
    .select(facts)
    .from(alerts)
    .where(and(ofAlert, eq(alerts.status, "draft")))
    .for("update");
  const [alert] = draft.length > 0 ? draft : await tx.select(facts).from(alerts).where(ofAlert);

  const refuse = async (outcome: ConfirmOutcome, news: readonly Warning[] = []) => {
    const keys = news.length > 0 && { news: news.map(({ key }) => key) };
    await record(tx, {
      actor: user,
      action: "refused",
      ...(alert && { alertId }),
      detail: { what: "confirm", why: outcome, ...keys },
    });
    return nothingDone(outcome, news);
  };
  if (!alert) return nothingDone("already decided");
  if (!isAuthor(alert, user)) return refuse("not the author");
  if (alert.status !== "draft") return nothingDone("already decided");
  // A button of an older review, such as a message that Slack has not brought up to date.
  if (alert.version !== version) return refuse("changed");
  if (!alert.inTime) return refuse("too old");

  const now = await lookAgain(tx, alert, needs);
  if (now.phones === 0) return refuse("nobody left");
  if (now.news.length > 0) {
    await reviewAnew(tx, alert, now);
    return refuse("changed", now.news);
  }
  return send(tx, alert, { ...now, user, gateway: needs.gateway });
}

/** The review is now one of how things stand, with what is new on top. */
async function reviewAnew(tx: Tx, alert: Draft, { zones, fingerprint, news, ...now }: Now): Promise<void> {
  const version = alert.version + 1;
  await tx
    .update(alerts)
    .set({
      zoneIds: zones.map(({ id }) => id),
      zoneNames: zones.map(({ name }) => name),
      phoneCount: now.phones,
      memberCount: now.members,
      audienceFingerprint: fingerprint,
      newsSeen: lastNews,
      reviewedAt: sql`now()`,
      version,
    })
    .where(eq(alerts.id, alert.id));
  const known = now.warnings.filter(({ key }) => !news.some((other) => other.key === key));
  await keepWarnings(tx, { alertId: alert.id, version }, [...news, ...known]);
}

async function send(
  tx: Tx,
  { id: alertId, kind, text, segments, zoneIds }: Draft,
  { phones, members, optedOut, user, gateway }: Now & { user: SlackUser; gateway: string },
): Promise<Confirmation> {
  const sendingId = await beginSending(tx, kind);
  await tx
    .update(alerts)
    .set({
      status: "confirmed",
      confirmedAt: sql`now()`,
      sendingId,
      phoneCount: phones,
      memberCount: members,
      optedOutSince: optedOut,
    })
    .where(eq(alerts.id, alertId));
  await keepZonesReach(tx, alertId, zoneIds);
  const detail = { phones, members, ...(optedOut > 0 && { optedOutSinceReview: optedOut }) };
  await record(tx, { actor: user, action: "confirmed", alertId, detail });
  // Where somebody is changing the list of members just now, what was shown can only be frozen at once.
  const isLeftToJob = phones > FREEZE_AT_ONCE && (await holdTurn(tx, "members"));
  // It may take longer than other statements may.
  if (phones > FREEZE_AT_ONCE) await tx.execute(sql`set local statement_timeout = '60s'`);
  if (isLeftToJob) await holdBack(tx, sendingId);
  else await freezeAudience(tx, { sendingId, gateway, text, segments, zoneIds });
  await signal(tx, { about: "work" });
  return { outcome: "confirmed", news: [], phones, optedOut };
}

/** Makes the sending that the engine takes over: from the commit on it is under way. */
async function beginSending(tx: Tx, kind: AlertKind): Promise<number> {
  const [sending] = await tx
    .insert(sendings)
    .values({
      about: "alert",
      rank: RANKS[kind],
      deadlineAt: sql`now() + make_interval(hours => ${DEADLINE_HOURS})`,
    })
    .returning({ id: sendings.id });
  if (!sending) throw new Error("no sending was begun");
  return sending.id;
}
