// What a Home needs to know: what is the same for everybody once, and what is each one's own.
import { listOpenReviews } from "../../alerts/open-reviews.ts";
import { type BoardMember, listAdmins, mayActAs } from "../../board/allowlist.ts";
import { listRequests } from "../../board/requests.ts";
import type { Reader } from "../../db/open.ts";
import { type AlertWithCounts, listAlerts, listUnderWay } from "../../outcomes/read-alert.ts";
import { listNewTexts } from "../../replies/news.ts";
import { LISTED } from "../alert/under-way.ts";
import type { HomeRow } from "./rows.ts";
import type { BoardHome } from "./view.ts";

const LAST = 5;
const TEXTS = 5;
const ASKING = 5;
/** For whoever never looked. */
const FIRST_LOOK_MS = 7 * 24 * 60 * 60_000;

/** The same for all of the board. */
export type HomeCommon = Pick<BoardHome, "underWay" | "requests" | "health"> & {
  last: readonly AlertWithCounts[];
  admins: readonly string[];
};

export async function readCommon(
  look: Reader,
  teamId: string,
  health: BoardHome["health"],
): Promise<HomeCommon> {
  const [underWay, newest, admins, requests] = await Promise.all([
    listUnderWay(look, LISTED + 1),
    listAlerts(look, { limit: LAST + LISTED }),
    listAdmins(look, teamId),
    listRequests(look, teamId, ASKING),
  ]);
  const open = new Set(underWay.map(({ id }) => id));
  const last = newest.filter(({ id }) => !open.has(id)).slice(0, LAST);
  return { underWay, last, admins, requests, health };
}

export async function readBoardHome(
  look: Reader,
  common: HomeCommon,
  { member, row, now }: { member: BoardMember; row: HomeRow | undefined; now: Date },
): Promise<BoardHome> {
  const since = row?.newsSince ?? new Date(now.getTime() - FIRST_LOOK_MS);
  const [reviews, news] = await Promise.all([
    mayActAs(member.role, "operator") ? listOpenReviews(look, member) : [],
    listNewTexts(look, { since, limit: TEXTS }),
  ]);
  const { underWay, last, requests, health, admins } = common;
  return { role: member.role, underWay, reviews, last, news, requests, health, adminCount: admins.length };
}
