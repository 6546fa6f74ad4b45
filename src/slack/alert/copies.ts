// Whom an alert is shown to by direct message, because the board's channel can't be used.
import { listBoardMembers } from "../../board/allowlist.ts";
import type { AlertWithCounts } from "../../outcomes/read-alert.ts";
import type { Showing } from "./show.ts";
import { AUTHOR, adminPlace, type Place, placeIn } from "./turns.ts";

export type Copy = { at: Place; userId: string };

/** What has been over for longer than this is not news that somebody has to be written to about. */
const NEWS_FOR_MS = 60 * 60_000;

/**
 * A review is its author's; an alert that was sent is the admins' too. What was begun is kept up to date, also
 * when the channel works again: its buttons are there.
 *
 * @param isNeeded the board's channel can't be used just now
 */
export async function listCopies(
  { db, channel, now }: Pick<Showing, "db" | "channel" | "now">,
  alert: AlertWithCounts,
  places: ReadonlyMap<string, Place>,
  isNeeded: boolean,
): Promise<Copy[]> {
  const isNews = !alert.endedAt || now().getTime() - alert.endedAt.getTime() < NEWS_FOR_MS;
  const mayBegin = isNeeded && isNews && alert.status !== "discarded";
  if (!mayBegin && places.size <= 1) return [];
  // Who has left the board is shown nothing more.
  const board = await listBoardMembers(db);
  const own = board.filter(({ userId }) => userId === alert.authorId);
  const admins = board.filter(({ userId, role }) => role === "admin" && userId !== alert.authorId);
  const wanted = [
    // Without a channel the author has the message itself.
    ...(channel ? own.map(({ userId }) => ({ place: AUTHOR, userId })) : []),
    ...admins.map(({ userId }) => ({ place: adminPlace(userId), userId })),
  ];
  const isDraft = alert.status === "draft";
  return wanted
    .filter(({ place }) => places.has(place) || (mayBegin && (!isDraft || place === AUTHOR)))
    .map(({ place, userId }) => ({ at: placeIn(places, alert.id, place), userId }));
}
