// Keeps everybody's Home in Slack true. Slack doesn't say who has it open, and shows the last one published first: so
// each person of the board gets theirs anew whenever what it shows has changed.
import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { HomeView } from "@slack/web-api";
import {
  findBoardMember,
  type ListedMember,
  listAdmins,
  listBoardMembers,
  type SlackUser,
} from "../../board/allowlist.ts";
import { hasAsked } from "../../board/requests.ts";
import type { Showing } from "../alert/show.ts";
import { slackErrorOf } from "../wire/errors.ts";
import type { Workspace } from "../wire/workspace.ts";
import { type HomeCommon, readBoardHome, readCommon } from "./read.ts";
import { type HomeRow, readHome, readHomes, saveHome, takeHomeTurn } from "./rows.ts";
import { type BoardHome, boardHomeView, strangerHomeView, wordsHomeView } from "./view.ts";

export type Homes = Pick<Showing, "db" | "client" | "settings" | "log" | "now" | "updateEverySeconds"> & {
  workspace: () => Promise<Workspace>;
  /** What was found when all that an alert needs was last looked at. */
  health: () => BoardHome["health"];
  /** The counts of a running alert alone are no reason to publish more often than this. */
  countsEverySeconds: number;
};

/** The tab is switched off in the app's settings, or the account is closed: it stays so until something changes. */
const NOBODY_SEES_IT = new Set(["not_enabled", "user_not_found", "users_not_found", "user_not_visible"]);

/** For whoever Slack says can't act here, or has not said that they can. */
const NOT_CONFIRMED = "Slack has not told Headgate that you may see this. Open it again in a minute.";

type Made = { view: HomeView; digest: string; showsBoard: boolean };

/** The job. @returns whether there is more to show soon */
export async function showHomes(homes: Homes): Promise<boolean> {
  const { db, log } = homes;
  const health = homes.health();
  if (health === undefined) return false;
  const { teamId } = await homes.workspace();
  const [common, rows, board] = await Promise.all([
    readCommon(db, teamId, health),
    readHomes(db, teamId),
    listBoardMembers(db),
  ]);
  const members = board.filter((member) => member.teamId === teamId);
  let waits = false;
  const publishTo = async (user: SlackUser, member: ListedMember | undefined) => {
    const row = rows.get(user.userId);
    const made = member ? await makeForBoard(homes, { member, row, common }) : EMPTIED;
    const isLater = await publishIfNews(homes, user, row, made).catch((err: unknown) => {
      log.warn({ err, userId: user.userId }, "a Home could not be brought up to date yet");
      return true;
    });
    waits ||= isLater;
  };
  // First of all: whoever was taken off the list must not go on seeing what is the board's.
  const known = new Set(members.map(({ userId }) => userId));
  for (const row of rows.values())
    if (row.showsBoard && !known.has(row.userId)) await publishTo(row, undefined);
  for (const member of members) await publishTo(member, member);
  return waits;
}

/** What is published just now is waited for: it may have been made before what this person looks for. */
const PUBLISHED_WITHIN_MS = 5_000;
const LOOK_AGAIN_MS = 100;

/** Publishes this person's Home whatever it showed before: they look at it. */
export async function showHome(homes: Homes, user: SlackUser): Promise<void> {
  const { db } = homes;
  const lookUntil = performance.now() + PUBLISHED_WITHIN_MS;
  do {
    const member = await findBoardMember(db, user);
    const made = member ? await makeNow(homes, member) : await makeForStranger(homes, user);
    const turn = await takeHomeTurn(db, user, { everySeconds: 0, ...made });
    if (turn !== undefined) return publish(homes, user, turn, made);
    await pause(LOOK_AGAIN_MS);
  } while (performance.now() < lookUntil);
}

async function makeNow(homes: Homes, member: ListedMember): Promise<Made> {
  const [row, common] = await Promise.all([
    readHome(homes.db, member),
    readCommon(homes.db, member.teamId, homes.health()),
  ]);
  return makeForBoard(homes, { member, row, common });
}

async function makeForStranger({ db, settings }: Homes, user: SlackUser): Promise<Made> {
  const [admins, asked] = await Promise.all([listAdmins(db, user.teamId), hasAsked(db, user)]);
  return withoutBoard(strangerHomeView({ admins, hasAsked: asked }, settings));
}

async function makeForBoard(
  { db, settings, now }: Homes,
  { member, row, common }: { member: ListedMember; row: HomeRow | undefined; common: HomeCommon },
): Promise<Made> {
  if (member.confirmedAt === null) return withoutBoard(wordsHomeView(NOT_CONFIRMED));
  const data = await readBoardHome(db, common, { member, row, now: now() });
  const view = boardHomeView(data, settings);
  return { view, digest: digestOf(boardHomeView(withoutCounts(data), settings), view), showsBoard: true };
}

/** What alone is no reason to publish at once. Each instance looks at the health by itself, and may find another. */
const withoutCounts = (data: BoardHome): BoardHome => ({
  ...data,
  health: undefined,
  underWay: data.underWay.map((alert) => ({ ...alert, counts: {} })),
});

const hash = (view: HomeView): string =>
  createHash("sha256").update(JSON.stringify(view)).digest("base64url");
const digestOf = (news: HomeView, all: HomeView): string => `${hash(news)} ${hash(all)}`;
const newsOf = (digest: string): string => digest.slice(0, digest.indexOf(" "));

/** One that shows nothing of the board's. */
const withoutBoard = (view: HomeView): Made => ({ view, digest: digestOf(view, view), showsBoard: false });

/** For whoever was taken off: a guest by now may see no names. All others see what is theirs as soon as they look. */
const EMPTIED = withoutBoard(
  wordsHomeView("You are not on the board's list. Nothing of the board's is shown here."),
);

/** @returns whether it has to be looked at again soon */
async function publishIfNews(
  homes: Homes,
  user: SlackUser,
  row: HomeRow | undefined,
  made: Made,
): Promise<boolean> {
  if (row?.digest === made.digest && row.showsBoard === made.showsBoard) return false;
  const isNews = newsOf(row?.digest ?? " ") !== newsOf(made.digest);
  const everySeconds = isNews ? homes.updateEverySeconds : homes.countsEverySeconds;
  const turn = await takeHomeTurn(homes.db, user, { everySeconds, ...made });
  if (turn === undefined) return true;
  await publish(homes, user, turn, made);
  return false;
}

async function publish(
  { db, client, log }: Homes,
  user: SlackUser,
  turn: string,
  { view, digest, showsBoard }: Made,
): Promise<void> {
  try {
    await client.views.publish({ user_id: user.userId, view });
  } catch (err) {
    // Whatever passes by itself is tried again.
    if (!NOBODY_SEES_IT.has(slackErrorOf(err) ?? "")) throw err;
    log.warn({ err, userId: user.userId }, "Slack does not take somebody's Home");
  }
  await saveHome(db, user, { turn, digest, showsBoard });
}
