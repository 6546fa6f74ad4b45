// What two people, or two instances, must not do at the same moment.
import { expect, test } from "vitest";
import { addBoardMember, isAuthor, listBoardMembers, removeBoardMember } from "../../src/board/allowlist.ts";
import { seedAdmins } from "../../src/board/confirmed.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { eventually } from "../helpers/eventually.ts";
import { countLockWaiters, isLockAwaited } from "../helpers/locks.ts";

const teamId = "T1";
const [ana, walt] = [
  { teamId, userId: "UANA" },
  { teamId, userId: "UWALT" },
];

test.each(["removed", "made operators"])("two admins who are both %s at once: one stays", async (what) => {
  const { db, client } = await openTestDatabase();
  for (const admin of [ana, walt])
    await addBoardMember(db, admin, "admin", "command line", { isConfirmed: true });
  // Both have to wait, so that neither is done before the other has begun.
  const held = await client.reserve();
  await held`begin`;
  await held`select from board_members for update`;
  const deed = (admin: typeof ana) =>
    what === "removed"
      ? removeBoardMember(db, admin, "command line")
      : addBoardMember(db, admin, "operator", "command line");
  const done = Promise.all([ana, walt].map(deed));
  await eventually(async () => (await countLockWaiters(client)) === 2, "both to wait");
  await held`commit`;
  held.release();
  expect((await done).filter((outcome) => outcome === "last admin")).toHaveLength(1);
  expect((await listBoardMembers(db)).filter(({ role }) => role === "admin")).toHaveLength(1);
});

test("of two instances that start at once with other first admins, one's are taken", async () => {
  const { db, client } = await openTestDatabase();
  const held = await client.reserve();
  await held`begin`;
  await held`insert into board_members (team_id, user_id, role, confirmed_at) values (${teamId}, 'UFIRST', 'admin', now())`;
  const second = seedAdmins(db, teamId, ["USECOND"], async () => undefined);
  await Promise.race([second, eventually(() => isLockAwaited(client), "it to wait for the first")]);
  await held`commit`;
  held.release();
  await second;
  expect((await listBoardMembers(db)).map(({ userId }) => userId)).toEqual(["UFIRST"]);
});

test("somebody of another team with an author's id is not the author", () => {
  const alert = { teamId, authorId: ana.userId };
  expect(isAuthor(alert, ana)).toBe(true);
  expect(isAuthor(alert, { ...ana, teamId: "T2" })).toBe(false);
  expect(isAuthor(alert, walt)).toBe(false);
});
