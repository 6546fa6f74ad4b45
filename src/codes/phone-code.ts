// A code that proves that a phone is somebody's own: texted there once, and typed back in Slack. Alarms go to a phone
// that was proven so. The code itself is kept nowhere.
import { createHash, randomInt, randomUUID, timingSafeEqual } from "node:crypto";
import { and, desc, eq, sql } from "drizzle-orm";
import { record } from "../audit/audit.ts";
import { isUser, type SlackUser } from "../board/allowlist.ts";
import type { Database, Tx } from "../db/open.ts";
import { boardMembers, phoneCodes } from "../db/schema.ts";
import { type Gateway, GatewayError, type GatewayFault } from "../gateways/gateway.ts";
import type { Log } from "../log.ts";
import { isOptedOut } from "../opt-outs/opt-outs.ts";

export const CODE_MINUTES = 10;
const MAX_MISSES = 5;
const PRESSED_TWICE_SECONDS = 30;
/** To one phone, and for one person. */
const MOST_IN_AN_HOUR = 5;

/** Of the last one alone: the one before is good for nothing any more. */
const isUnused = sql`${phoneCodes.provenAt} is null and ${phoneCodes.misses} < ${MAX_MISSES}`;

/** A million of them. */
const drawCode = (): string => String(randomInt(1_000_000)).padStart(6, "0");

/** Kept, and to be texted after the commit. */
export type KeptCode = { codeId: string; user: SlackUser; phone: string; code: string };

/** `again`: one was texted a moment ago, and is still good. */
export type CodeOutcome = KeptCode | { notSent: "again" | "too many" | "opted out" };

const digestOf = ({ codeId, user: { teamId, userId }, phone, code }: KeptCode): string =>
  createHash("sha256").update([codeId, teamId, userId, phone, code].join("\n")).digest("hex");

/**
 * Keeps a new code; the one before is good for nothing any more. The caller makes sure that one person's presses come
 * one by one.
 *
 * @param phone E.164
 * @param draw a code of six digits
 */
export async function requestCode(
  tx: Tx,
  { user, phone }: { user: SlackUser; phone: string },
  draw = drawCode,
): Promise<CodeOutcome> {
  // Two people who have texts sent to one phone take turns too.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`code ${phone}`}))`);
  const isTheirs = and(eq(phoneCodes.teamId, user.teamId), eq(phoneCodes.userId, user.userId));
  const within = (seconds: number) => sql`${phoneCodes.askedAt} > now() - make_interval(secs => ${seconds})`;
  const [last] = await tx
    .select({
      phone: phoneCodes.phone,
      isGood: sql<boolean>`${isUnused} and ${within(PRESSED_TWICE_SECONDS)}`,
    })
    .from(phoneCodes)
    .where(isTheirs)
    .orderBy(desc(phoneCodes.askedAt))
    .limit(1);
  if (last?.isGood && last.phone === phone) return { notSent: "again" };
  for (const some of [isTheirs, eq(phoneCodes.phone, phone)]) {
    if ((await tx.$count(phoneCodes, and(some, within(3600)))) >= MOST_IN_AN_HOUR)
      return { notSent: "too many" };
  }
  if (await isOptedOut(tx, phone)) return { notSent: "opted out" };
  const kept = { codeId: randomUUID(), user, phone, code: draw() };
  await tx.insert(phoneCodes).values({ id: kept.codeId, ...user, phone, digest: digestOf(kept) });
  await record(tx, { actor: user, action: "code requested", phone });
  return kept;
}

/** What became of the text; `failed` is the gateway's fault, and `words` what it says of it. */
export type SentCode = "sent" | { failed: GatewayFault; words: string };

/** After the commit. @param organization the co-op's name, which begins each text */
export async function sendCode(
  { db, gateway, log }: { db: Database; gateway: Pick<Gateway, "send">; log: Log },
  { codeId, user, phone, code }: KeptCode,
  organization = "Headgate",
): Promise<SentCode> {
  const keep = (detail: Record<string, unknown>, messageSid?: string) =>
    db.transaction(async (tx) => {
      if (messageSid !== undefined) {
        await tx.update(phoneCodes).set({ messageSid }).where(eq(phoneCodes.id, codeId));
      }
      await record(tx, { actor: user, action: "code texted", phone, detail });
    });
  // Since the press they may have texted STOP.
  if (await isOptedOut(db, phone)) {
    await keep({ failed: "opted out" });
    return { failed: "opted out", words: "" };
  }
  const body = `${organization}: ${code} is your code for Headgate. It is good for ${CODE_MINUTES} minutes.`;
  try {
    const { sid } = await gateway.send({ to: phone, body, kind: "other", validity: CODE_MINUTES * 60 });
    await keep({ messageSid: sid }, sid);
    return "sent";
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    log.warn({ err: error }, "a code was not sent");
    const { fault, words } = error.explanation;
    await keep({ failed: fault, code: error.code });
    return { failed: fault, words };
  }
}

/** `wrong` may be tried again so often; `over`: a new one has to be asked for. */
export type Proof = { proven: string } | { wrong: number } | "over";

/** What somebody typed. The last code alone is good, for ten minutes and five wrong tries, and once. */
export async function proveCode(tx: Tx, user: SlackUser, typed: string): Promise<Proof> {
  const [last] = await tx
    .select({
      codeId: phoneCodes.id,
      phone: phoneCodes.phone,
      digest: phoneCodes.digest,
      misses: phoneCodes.misses,
      isGood: sql<boolean>`${isUnused}
        and ${phoneCodes.askedAt} > now() - make_interval(mins => ${CODE_MINUTES})`,
    })
    .from(phoneCodes)
    .where(and(eq(phoneCodes.teamId, user.teamId), eq(phoneCodes.userId, user.userId)))
    .orderBy(desc(phoneCodes.askedAt))
    .limit(1)
    .for("update");
  if (!last?.isGood) return "over";
  const { codeId, phone, digest, misses } = last;
  const code = typed.replaceAll(/\D/g, "");
  const ofTyped = digestOf({ codeId, user, phone, code });
  if (!timingSafeEqual(Buffer.from(ofTyped), Buffer.from(digest))) {
    await tx
      .update(phoneCodes)
      .set({ misses: misses + 1 })
      .where(eq(phoneCodes.id, codeId));
    const left = MAX_MISSES - misses - 1;
    return left > 0 ? { wrong: left } : "over";
  }
  await tx.update(phoneCodes).set({ provenAt: sql`now()` }).where(eq(phoneCodes.id, codeId));
  await tx.update(boardMembers).set({ alarmPhone: phone }).where(isUser(user));
  await record(tx, { actor: user, action: "alarm phone proven", phone });
  return { proven: phone };
}
