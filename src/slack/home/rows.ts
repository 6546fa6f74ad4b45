// What each Home shows as far as we know, who has opened it, and whose turn it is to publish it. All instances share
// this.
import { and, eq, sql } from "drizzle-orm";
import type { SlackUser } from "../../board/allowlist.ts";
import type { Database, Reader } from "../../db/open.ts";
import { homes } from "../../db/schema.ts";
import { BACKGROUND_TIMEOUT_MS } from "../wire/clients.ts";

export type HomeRow = typeof homes.$inferSelect;

const isOf = ({ teamId, userId }: SlackUser) => and(eq(homes.teamId, teamId), eq(homes.userId, userId));

/** By user. */
export async function readHomes(db: Reader, teamId: string): Promise<Map<string, HomeRow>> {
  const rows = await db.select().from(homes).where(eq(homes.teamId, teamId));
  return new Map(rows.map((row) => [row.userId, row]));
}

export async function readHome(db: Reader, user: SlackUser): Promise<HomeRow | undefined> {
  const [row] = await db.select().from(homes).where(isOf(user));
  return row;
}

/** Whoever comes back sooner is still looking at the same news. */
const ONE_VISIT = sql`interval '10 minutes'`;

/** Whoever never looked before is not told of all that was ever written. */
const FIRST_VISIT = sql`now() - interval '7 days'`;

/** They look at it now: what came since they last did is new to them, and stays so for as long as they look. */
export async function noteOpened(db: Database, { teamId, userId }: SlackUser): Promise<void> {
  const isSameVisit = sql`${homes.openedAt} > now() - ${ONE_VISIT}`;
  await db
    .insert(homes)
    .values({ teamId, userId, openedAt: sql`now()`, newsSince: FIRST_VISIT })
    .onConflictDoUpdate({
      target: [homes.teamId, homes.userId],
      set: {
        newsSince: sql`case when ${isSameVisit} then ${homes.newsSince} else coalesce(${homes.openedAt}, ${FIRST_VISIT}) end`,
        openedAt: sql`now()`,
      },
    });
}

/** Whoever published it before and has not said so is gone by then. */
const GIVEN_UP = sql`now() - make_interval(secs => ${BACKGROUND_TIMEOUT_MS / 1000 + 5})`;

/**
 * One at a time publishes a Home, so that an older one never comes last.
 *
 * @param everySeconds at most once in this many seconds
 * @param showsBoard what is about to be published: nobody may know whether it came there
 * @returns the turn's own mark; nothing while another one has it, or it is too soon
 */
export async function takeHomeTurn(
  db: Database,
  { teamId, userId }: SlackUser,
  { everySeconds, showsBoard }: { everySeconds: number; showsBoard: boolean },
): Promise<string | undefined> {
  const isDone = sql`${homes.shownAt} >= ${homes.turnAt}
    and ${homes.shownAt} <= now() - make_interval(secs => ${everySeconds})`;
  const taken = await db
    .insert(homes)
    .values({ teamId, userId, turnAt: sql`now()`, showsBoard })
    .onConflictDoUpdate({
      target: [homes.teamId, homes.userId],
      set: { turnAt: sql`now()`, showsBoard: sql`${homes.showsBoard} or ${showsBoard}` },
      setWhere: sql`${homes.turnAt} is null or ${homes.turnAt} < ${GIVEN_UP} or (${isDone})`,
    })
    .returning({ mark: sql<string>`${homes.turnAt}::text` });
  return taken[0]?.mark;
}

/** Something else stands there now, which has nothing of the board's. */
export async function forgetHome(db: Database, user: SlackUser): Promise<void> {
  await db.update(homes).set({ digest: null, showsBoard: false }).where(isOf(user));
}

/** It is there. */
export async function saveHome(
  db: Database,
  user: SlackUser,
  { turn, digest, showsBoard }: { turn: string; digest: string; showsBoard: boolean },
): Promise<void> {
  await db
    .update(homes)
    .set({ digest, shownAt: sql`now()`, showsBoard })
    .where(and(isOf(user), sql`${homes.turnAt}::text = ${turn}`));
}
