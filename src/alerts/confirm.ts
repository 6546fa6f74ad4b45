// The step that can't be undone, in one transaction: from "are you sure" to a frozen audience. A very large one
// is frozen by a job soon after.
import { and, eq, sql } from "drizzle-orm";
import { record } from "../audit/audit.ts";
import type { SlackUser } from "../board/allowlist.ts";
import { type Change, Refusal } from "../board/change.ts";
import type { Tx } from "../db/open.ts";
import { type AlertKind, alerts, sendings } from "../db/schema.ts";
import { signal } from "../db/signals.ts";
import { freezeAudience } from "../deliveries/freeze.ts";
import { countAudience, readFingerprint } from "./audience.ts";

/** A review that is older may no longer be what the board wants to say. */
export const REVIEW_MINUTES = 30;

/** What is not handed over by then is stale news, and expires. */
const DEADLINE_HOURS = 4;

/** A larger audience is frozen by the worker, since Slack waits only 3 s for the confirm. */
const FREEZE_AT_ONCE = 20_000;

export type ConfirmOutcome =
  | "confirmed"
  /** The audience or the draft changed since the review. The review now shows the new one, and asks again. */
  | "changed"
  | "nobody left"
  | "too old"
  | "already decided"
  | "not the author"
  | "not on the allowlist";

/** Which draft, and which of the reviews that were shown of it. */
export type Reviewed = { alertId: number; version: number };

/**
 * Accepted once, in time, and from the author alone, while they are on the allowlist. Anything else changes nothing.
 *
 * @param gateway the gateway that it goes out by
 */
export async function confirmAlert(
  change: Change,
  reviewed: Reviewed,
  gateway: string,
): Promise<ConfirmOutcome> {
  try {
    return await change((tx, member) => confirm(tx, reviewed, member, gateway), {
      // One snapshot for the count and the freeze, so that what was counted is what is frozen.
      isolationLevel: "repeatable read",
      alertId: reviewed.alertId,
    });
  } catch (error) {
    if (error instanceof Refusal && error.why === "not on the allowlist") return error.why;
    throw error;
  }
}

const facts = {
  status: alerts.status,
  kind: alerts.kind,
  text: alerts.text,
  segments: alerts.segments,
  teamId: alerts.teamId,
  authorId: alerts.authorId,
  zoneIds: alerts.zoneIds,
  phoneCount: alerts.phoneCount,
  memberCount: alerts.memberCount,
  fingerprint: alerts.audienceFingerprint,
  version: alerts.version,
  inTime: sql<boolean>`${alerts.reviewedAt} > now() - make_interval(mins => ${REVIEW_MINUTES})`,
};

async function confirm(
  tx: Tx,
  { alertId, version }: Reviewed,
  user: SlackUser,
  gateway: string,
): Promise<ConfirmOutcome> {
  const ofAlert = eq(alerts.id, alertId);
  // Only a draft is locked. A confirm that comes late waits for nobody, and has nothing to look at again.
  const draft = await tx
    .select(facts)
    .from(alerts)
    .where(and(ofAlert, eq(alerts.status, "draft")))
    .for("update");
  const [alert] = draft.length > 0 ? draft : await tx.select(facts).from(alerts).where(ofAlert);

  const refuse = async (outcome: ConfirmOutcome) => {
    await record(tx, {
      actor: user,
      action: "refused",
      ...(alert && { alertId }),
      detail: { what: "confirm", why: outcome },
    });
    return outcome;
  };
  if (!alert) return "already decided";
  if (alert.authorId !== user.userId || alert.teamId !== user.teamId) return refuse("not the author");
  if (alert.status !== "draft") return "already decided";
  // A button of an older review, such as a message that Slack has not brought up to date.
  if (alert.version !== version) return refuse("changed");
  if (!alert.inTime) return refuse("too old");

  // Members are counted again only if something changed: a count of a million takes too long.
  const fingerprint = await readFingerprint(tx, alert.zoneIds);
  if (fingerprint !== alert.fingerprint) {
    const audience = await countAudience(tx, alert.zoneIds);
    if (audience.phones === 0) return refuse("nobody left");
    await tx
      .update(alerts)
      .set({
        phoneCount: audience.phones,
        memberCount: audience.reached,
        audienceFingerprint: fingerprint,
        reviewedAt: sql`now()`,
        version: version + 1,
      })
      .where(ofAlert);
    return refuse("changed");
  }

  const sendingId = await beginSending(tx, alert.kind);
  await tx.update(alerts).set({ status: "confirmed", confirmedAt: sql`now()`, sendingId }).where(ofAlert);
  await record(tx, {
    actor: user,
    action: "confirmed",
    alertId,
    detail: { phones: alert.phoneCount, members: alert.memberCount },
  });
  if (alert.phoneCount <= FREEZE_AT_ONCE) {
    const { text, segments, zoneIds } = alert;
    await freezeAudience(tx, { sendingId, gateway, text, segments, zoneIds });
  }
  await signal(tx, { about: "work" });
  return "confirmed";
}

/** Emergencies go before all others. */
const RANKS: Record<AlertKind, number> = { emergency: 0, service: 2, meeting: 2, other: 2 };

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
