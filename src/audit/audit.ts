// The audit log: entries are written and shown, and no rule asks them what to do.
import { and, asc, desc, eq, getTableColumns, inArray, lt, ne, or, type SQLWrapper, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { isOneOf } from "../db/is-one-of.ts";
import type { Database, Reader, Tx } from "../db/open.ts";
import {
  type ActorKind,
  alertTexts,
  auditEntries,
  memberEdits,
  numbers,
  optOutChanges,
  settings,
} from "../db/schema.ts";

export type AuditAction =
  | "opened"
  | "refused"
  | "reviewed"
  | "test requested"
  | "test sent"
  | "edited"
  | "discarded"
  | "confirmed"
  | "stopped"
  | "halted"
  | "alarm texted"
  | "resumed"
  | "resent"
  | "finished"
  | "opted out"
  | "opted in"
  | "number barred"
  | "number freed"
  | "viewed log"
  | "viewed unreached"
  | "viewed members"
  | "viewed member"
  | "exported"
  | "imported"
  | "list dropped"
  | "list answered"
  | "list confirmed"
  | "list discarded"
  | "answer forgotten"
  | "member added"
  | "member changed"
  | "member moved"
  | "member left"
  | "member back"
  | "member erased"
  | "number added"
  | "number removed"
  | "number changed"
  | "consent kept"
  | "board member added"
  | "board member removed"
  | "role changed"
  | "asked to be added"
  | "request refused"
  | "own phone kept"
  | "code requested"
  | "code texted"
  | "alarm phone proven"
  | "zone added"
  | "zone renamed"
  | "zones merged"
  | "zone removed"
  | "setting changed";

/** Who acts: a Slack user of the board, or what acts by itself. */
export type Actor = { teamId: string; userId: string } | Exclude<ActorKind, "board">;

export type AuditEntry = {
  actor: Actor;
  action: AuditAction;
  alertId?: number | undefined;
  /** The number that it is about: the entry names it by its id. */
  phone?: string | undefined;
  /** The alert's text that it is about: the entry names it by its id. */
  textId?: number | undefined;
  /** The member that it is about, by their id. */
  memberId?: number | undefined;
  /** No names, no phones, nobody's words: an entry can't be changed. */
  detail?: Record<string, unknown>;
};

/** Who acts, as tables name them: what acts by itself by its kind, and with no team. */
export const whoOf = (actor: Actor): { userId: string; teamId: string | null } =>
  typeof actor === "string" ? { userId: actor, teamId: null } : actor;

/** Writes one entry, in the transaction of the change that it tells of. */
export async function record(tx: Tx, { actor, phone, detail = {}, ...entry }: AuditEntry): Promise<void> {
  const { userId, teamId } = whoOf(actor);
  const actorKind = typeof actor === "string" ? actor : ("board" as const);
  const who = { actorKind, actor: userId, teamId };
  const numberId = phone === undefined ? undefined : await numberOf(tx, phone);
  await tx.insert(auditEntries).values({ ...entry, ...who, numberId, detail });
}

/** Writes one entry of a user where the query finds a row, in one statement. @returns whether it did */
export async function recordWhere(
  db: Database,
  query: SQLWrapper,
  {
    actor,
    action,
    alertId,
    memberId,
  }: Pick<AuditEntry, "action" | "alertId" | "memberId"> & { actor: Exclude<Actor, string> },
): Promise<boolean> {
  const kept = await db.execute(sql`
    with found as ${query}
    insert into ${auditEntries} (actor_kind, team_id, actor, action, alert_id, member_id)
    select 'board', ${actor.teamId}, ${actor.userId}, ${action}, ${alertId ?? null}::int, ${memberId ?? null}::int
    where exists (select from found)`);
  return kept.count > 0;
}

/** The id by which entries name this number. */
async function numberOf(tx: Tx, phone: string): Promise<number | undefined> {
  const [number] = await tx
    .insert(numbers)
    .values({ phone })
    .onConflictDoUpdate({ target: numbers.phone, set: { phone } })
    .returning({ id: numbers.id });
  return number?.id;
}

/** Entries of 0.1.0 don't name it: for these it is worked out. */
const actorKind = sql<ActorKind>`coalesce(${auditEntries.actorKind}::text,
  case when ${auditEntries.teamId} is null then ${auditEntries.actor} else 'board' end)`;

const settingBefore = alias(settings, "setting_before");

/** With the number, the text, the words and the values that it refers to, as far as they are known. */
const detail = sql<Record<string, unknown>>`${auditEntries.detail} ||
  jsonb_strip_nulls(jsonb_build_object('phone', ${numbers.phone}, 'text', ${alertTexts.text},
    'source', ${optOutChanges.source}, 'reason', ${optOutChanges.reason},
    'before', ${settingBefore.value}, 'after', ${settings.value})) ||
  case when ${memberEdits.id} is null then '{}'
    else jsonb_build_object('before', ${memberEdits.before}, 'after', ${memberEdits.after}) end`;

const entries = (db: Reader) =>
  db
    .select({ ...getTableColumns(auditEntries), actorKind, detail })
    .from(auditEntries)
    .leftJoin(numbers, eq(numbers.id, auditEntries.numberId))
    .leftJoin(alertTexts, eq(alertTexts.id, auditEntries.textId))
    .leftJoin(optOutChanges, sql`${optOutChanges.id} = (${auditEntries.detail} ->> 'optOutChange')::int`)
    .leftJoin(
      settings,
      sql`${settings.name} = ${auditEntries.detail} ->> 'setting'
        and ${settings.version} = (${auditEntries.detail} ->> 'settingVersion')::int`,
    )
    .leftJoin(
      settingBefore,
      and(eq(settingBefore.name, settings.name), eq(settingBefore.version, sql`${settings.version} - 1`)),
    )
    .leftJoin(memberEdits, sql`${memberEdits.id} = (${auditEntries.detail} ->> 'edit')::int`);

/** The last entries about one alert, the oldest of them first; and how many entries came before them. */
export async function listLastEntries(db: Reader, alertId: number, limit: number) {
  const ofAlert = eq(auditEntries.alertId, alertId);
  const last = await entries(db).where(ofAlert).orderBy(desc(auditEntries.id)).limit(limit);
  return { entries: last.reverse(), earlier: (await db.$count(auditEntries, ofAlert)) - last.length };
}

/**
 * Who changed what of a member: entries about them, and about the opt-outs of these numbers, the newest first.
 *
 * @param before only older ones than this entry
 */
export async function listMemberEntries(
  db: Reader,
  { memberId, phones }: { memberId: number; phones: readonly string[] },
  { before, limit }: { before?: number | undefined; limit: number },
) {
  const theirs = await db.select({ id: numbers.id }).from(numbers).where(isOneOf(numbers.phone, phones));
  const ids = theirs.map(({ id }) => id);
  const isOfNumber = ids.length > 0 ? inArray(auditEntries.numberId, ids) : undefined;
  const found = await entries(db)
    .where(
      and(
        or(eq(auditEntries.memberId, memberId), isOfNumber),
        // Whoever only looked has changed nothing.
        ne(auditEntries.action, "viewed member"),
        before === undefined ? undefined : lt(auditEntries.id, before),
      ),
    )
    .orderBy(desc(auditEntries.id))
    .limit(limit + 1);
  const shown = found.slice(0, limit);
  return { entries: shown, next: found.length > limit ? shown.at(-1)?.id : undefined };
}

/** All there are, or those about one alert. */
export const listAllEntries = (db: Reader, alertId?: number) =>
  entries(db)
    .where(alertId === undefined ? undefined : eq(auditEntries.alertId, alertId))
    .orderBy(asc(auditEntries.id));
