// The one way in which a person changes something. They are looked up again in the same transaction as the
// change, and stay on the board until it ends. Whether it was kept is always found out, also where the answer to
// the commit gets lost.
import { setTimeout as wait } from "node:timers/promises";
import { and, eq, inArray, sql } from "drizzle-orm";
import { type AuditAction, record, recordWhere } from "../audit/audit.ts";
import { codesOf, type Database, isDatabaseAway, type Tx } from "../db/open.ts";
import { alerts, boardMembers } from "../db/schema.ts";
import {
  type BoardMember,
  isUser,
  lacking,
  lockBoardMember,
  mayActAs,
  type Needed,
  roles,
  type SlackUser,
} from "./allowlist.ts";
import { recordRefusal } from "./refusals.ts";

type ChangeOptions = {
  isolationLevel?: "repeatable read";
  /** `update` where the work writes to the person's own entry, or their presses have to come one by one. */
  lock?: "share" | "update";
  /** The alert that it is about: a refusal stands among its entries. */
  alertId?: number;
};

/**
 * Does the work in a transaction, or throws Refusal. If it conflicts with another change, it is done again. If it
 * throws anything but CommitInDoubt, nothing was changed. It takes as long as it takes to know that: while the
 * database is away after the commit was asked for, until it is back.
 */
export type Change = <T>(
  work: (tx: Tx, member: BoardMember) => Promise<T>,
  options?: ChangeOptions,
) => Promise<T>;

/** This person may not, or not any more. It is on record, and nothing else was changed. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly why: (typeof lacking)[Needed];
  constructor(why: Refusal["why"]) {
    super(`refused: ${why}`);
    this.why = why;
  }
}

/** The commit was asked for, and nobody can tell any more whether it was done. */
export class CommitInDoubt extends Error {
  override readonly name = "CommitInDoubt";
}

const MAX_ATTEMPTS = 5;
const ASK_AGAIN_MS = 500;

/**
 * @param what the person tries, for the record
 * @param stopping aborted as soon as we stop: then nobody waits any longer for a database that is away
 */
export function changesOf(
  db: Database,
  user: SlackUser,
  needed: Needed,
  what: string,
  stopping?: AbortSignal,
): Change {
  return async (work, { isolationLevel, lock = "share", alertId } = {}) => {
    type Done = Awaited<ReturnType<typeof work>>;
    const config = isolationLevel && { isolationLevel };
    for (let attempts = 1; ; attempts++) {
      const asked: { commit?: { transactionId: string; done: Done } } = {};
      try {
        const outcome = await db.transaction(async (tx) => {
          const member = await lockBoardMember(tx, user, lock);
          if (!member) return refuse(tx, "not on the allowlist", alertId);
          if (!mayActAs(member.role, needed)) return refuse(tx, lacking[needed], alertId);
          const { transactionId } = member;
          asked.commit = { transactionId, done: await work(tx, member) };
          return asked.commit;
        }, config);
        if (outcome instanceof Refusal) throw outcome;
        return outcome.done;
      } catch (error) {
        // Somebody else changed the same thing at the same moment: look at it again.
        if (isConflict(error) && attempts < MAX_ATTEMPTS) continue;
        const { commit } = asked;
        if (commit && (await hasCommitted(db, commit.transactionId, stopping))) return commit.done;
        throw error;
      }
    }
  };

  async function refuse(tx: Tx, why: Refusal["why"], alertId: number | undefined): Promise<Refusal> {
    const isThere = alertId !== undefined && (await tx.$count(alerts, eq(alerts.id, alertId))) > 0;
    await recordRefusal(tx, { user, what, why, ...(isThere && { alertId }) });
    return new Refusal(why);
  }
}

/**
 * What became of a transaction whose end we did not hear of.
 *
 * @throws CommitInDoubt where nobody can tell any more, or we stop before the database is back
 */
async function hasCommitted(db: Database, transactionId: string, stopping?: AbortSignal): Promise<boolean> {
  while (!stopping?.aborted) {
    const status = await readFate(db, transactionId);
    if (status === "committed") return true;
    if (status === "aborted") return false;
    if (status === null) break;
    // While it is in progress, the database has not noticed yet that its client is gone.
    await wait(ASK_AGAIN_MS, undefined, { signal: stopping }).catch(() => {});
  }
  throw new CommitInDoubt(`nobody knows whether transaction ${transactionId} was committed`);
}

/** @returns nothing while the database is away; null where it has forgotten */
async function readFate(db: Database, transactionId: string): Promise<string | null | undefined> {
  try {
    const [row] = await db.execute<{ status: string | null }>(
      sql`select pg_xact_status(${transactionId}::xid8) as status`,
    );
    return row?.status;
  } catch (error) {
    if (isDatabaseAway(error)) return undefined;
    throw error;
  }
}

type Look = {
  action: Extract<
    AuditAction,
    "opened" | "viewed log" | "viewed unreached" | "viewed members" | "viewed member" | "exported"
  >;
  alertId?: number;
  /** Whose card it is. */
  memberId?: number;
};

/** Writes down that this person looks at something, and changes nothing else; or throws Refusal. */
export type RecordLook = (look: Look) => Promise<void>;

/**
 * What a change would do that only records, in one statement: in four, the modal comes a millisecond later.
 *
 * @param what the person tries, for the record
 */
export function looksOf(db: Database, user: SlackUser, needed: Needed, what: string): RecordLook {
  const ableRoles = roles.filter((role) => mayActAs(role, needed));
  return async (look) => {
    const able = db
      .select({ role: boardMembers.role })
      .from(boardMembers)
      .where(and(isUser(user), inArray(boardMembers.role, ableRoles)))
      .for("share");
    if (await recordWhere(db, able, { actor: user, ...look })) return;
    const change = changesOf(db, user, needed, what);
    await change((tx) => record(tx, { actor: user, ...look }));
  };
}

/** serialization_failure, deadlock_detected: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const isConflict = (error: unknown): boolean =>
  codesOf(error).some((code) => code === "40001" || code === "40P01");
