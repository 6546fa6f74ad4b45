// Where an alert's message stands, of the places whose people are still on the board.
import { expect, test } from "vitest";
import { addBoardMember, removeBoardMember, type SlackUser } from "../../src/board/allowlist.ts";
import { alertMessages } from "../../src/db/schema.ts";
import { AUTHOR, adminPlace, BOARD, readPlacesOnBoard } from "../../src/slack/alert/turns.ts";
import { insertAlert } from "../helpers/alerts.ts";
import { openTestDatabase } from "../helpers/database.ts";

const author: SlackUser = { teamId: "T1", userId: "U1" };
const admin: SlackUser = { teamId: "T1", userId: "U2" };

test("who has left the board has no place, and the board's message is the author's where there is no channel", async () => {
  const { db } = await openTestDatabase();
  const { alertId } = await insertAlert(db, []);
  const places = [BOARD, AUTHOR, adminPlace(admin.userId)];
  await db.insert(alertMessages).values(places.map((place) => ({ alertId, place })));
  await addBoardMember(db, author, "operator", "command line");
  await addBoardMember(db, admin, "admin", "command line");
  const read = async (hasChannel: boolean) => {
    const alert = { id: alertId, teamId: author.teamId, authorId: author.userId };
    return [...(await readPlacesOnBoard(db, alert, hasChannel)).keys()].sort();
  };
  expect(await read(true)).toEqual(places.toSorted());
  expect(await read(false)).toEqual(places.toSorted());
  // Another stays, for the last one can't be removed.
  await addBoardMember(db, { ...admin, userId: "U3" }, "admin", "command line");
  await removeBoardMember(db, admin, "command line");
  expect(await read(true)).toEqual([AUTHOR, BOARD]);
  await removeBoardMember(db, author, "command line");
  expect(await read(true)).toEqual([BOARD]);
  expect(await read(false)).toEqual([]);
});
