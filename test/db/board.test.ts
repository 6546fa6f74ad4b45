// Who comes onto the board, and who leaves it: asked for, decided by an admin, and taken by Slack's own word.
import { eq, sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { saveDraft } from "../../src/alerts/draft.ts";
import { changeRole, takeOffBoard } from "../../src/alerts/off-board.ts";
import { listAllEntries } from "../../src/audit/audit.ts";
import { listRefusals } from "../../src/audit/refusals.ts";
import { addBoardMember, listBoardMembers, type Role } from "../../src/board/allowlist.ts";
import { changesOf, Refusal } from "../../src/board/change.ts";
import { type Confirmed, confirmPerson } from "../../src/board/confirmed.ts";
import { addToBoard } from "../../src/board/join.ts";
import { recordRefusal } from "../../src/board/refusals.ts";
import {
  approveRequest,
  askToBeAdded,
  findRequest,
  hasAsked,
  listRequests,
  refuseRequest,
} from "../../src/board/requests.ts";
import type { Database } from "../../src/db/open.ts";
import {
  alerts,
  boardMembers,
  boardMessages,
  boardRequests,
  members,
  refusals,
  zones,
} from "../../src/db/schema.ts";
import { lookAtAccount, lookAtBoard } from "../../src/upkeep/board-accounts.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { eventually } from "../helpers/eventually.ts";
import { countLockWaiters } from "../helpers/locks.ts";
import { addMembers } from "../helpers/members.ts";
import { noon } from "../helpers/moment.ts";

const teamId = "T1";
const user = (userId: string) => ({ teamId, userId });
const [ana, walt, rick, priya] = [user("UANA"), user("UWALT"), user("URICK"), user("UPRIYA")];
const confirmed = (who: { teamId: string; userId: string }): Confirmed => ({ ...who, isConfirmed: true });

/** Two admins and an operator, all of them confirmed. */
async function openBoard() {
  const connection = await openTestDatabase();
  const { db } = connection;
  const put = (who: typeof ana, role: Role) =>
    addBoardMember(db, who, role, "command line", { isConfirmed: true });
  for (const admin of [ana, walt]) await put(admin, "admin");
  await put(priya, "operator");
  const told = async () => (await db.select().from(boardMessages)).map(({ text }) => text);
  const board = async () =>
    Object.fromEntries((await listBoardMembers(db)).map(({ userId, role }) => [userId, role]));
  const entries = async () =>
    (await listAllEntries(db)).slice(3).map(({ actor, action, detail }) => ({ actor, action, detail }));
  return { ...connection, told, board, entries };
}

/** A review of this person's, as it stands in Slack. */
async function reviewOf(db: Database, author: typeof ana): Promise<number> {
  const [zone] = await db
    .insert(zones)
    .values({ name: "North", key: "north" })
    .onConflictDoUpdate({ target: zones.key, set: { name: "North" } })
    .returning({ id: zones.id });
  const zoneId = zone?.id ?? 0;
  if ((await db.$count(members)) === 0)
    await addMembers(db, [{ account: "1", name: "Ruth", phone: "+12065550101", zoneId }]);
  const draft = { kind: "service", zoneIds: [zoneId], allZones: false, text: "The water is off." };
  const saved = await db.transaction((tx) =>
    saveDraft(tx, { ...draft, author, viewId: crypto.randomUUID() }, noon()),
  );
  if (!("alertId" in saved)) throw new Error("no review");
  return saved.alertId;
}

describe("who asks to be added", () => {
  test("asks once while it is open, and the board is told once", async () => {
    const { db, told, entries } = await openBoard();
    expect(await Promise.all([askToBeAdded(db, rick), askToBeAdded(db, rick)])).toEqual(
      expect.arrayContaining(["asked", "asked already"]),
    );
    expect(await askToBeAdded(db, rick)).toBe("asked already");
    expect([await hasAsked(db, rick), await hasAsked(db, walt)]).toEqual([true, false]);
    expect(await askToBeAdded(db, priya)).toBe("on the board");
    expect(await told()).toEqual([expect.stringMatching(/^<@URICK> asks to be added to the board\./)]);
    expect(await listRequests(db, teamId, 20)).toMatchObject([{ userId: "URICK" }]);
    expect(await entries()).toEqual([{ actor: "URICK", action: "asked to be added", detail: {} }]);
  });

  test("is approved with a role, or refused; the admin who comes second is told who was first", async () => {
    const { db, board, entries } = await openBoard();
    await askToBeAdded(db, rick);
    const [request] = await listRequests(db, teamId, 20);
    const requestId = request?.id ?? 0;
    const approve = (admin: typeof ana, role: Role) =>
      db.transaction((tx) => approveRequest(tx, { requestId, person: confirmed(rick), role, admin }));
    expect(await findRequest(db, requestId, teamId)).toEqual(rick);
    const refuse = (admin: typeof ana) => db.transaction((tx) => refuseRequest(tx, { requestId, admin }));
    expect(await approve(ana, "viewer")).toBe("added");
    expect(await refuse(walt)).toEqual({ decidedBy: "UANA", role: "viewer" });
    expect(await approve(walt, "admin")).toEqual({ decidedBy: "UANA", role: "viewer" });
    expect(await board()).toMatchObject({ URICK: "viewer" });
    expect((await entries()).slice(1)).toEqual([
      { actor: "UANA", action: "board member added", detail: { userId: "URICK", role: "viewer" } },
    ]);
    // Of another workspace's admin the request is not there.
    expect(await refuse({ ...ana, teamId: "T2" })).toBe("not there");
  });

  test("once refused, or taken off again, asks anew only a day later", async () => {
    const { db, entries } = await openBoard();
    await askToBeAdded(db, rick);
    const [request] = await listRequests(db, teamId, 20);
    const refused = { requestId: request?.id ?? 0, admin: walt };
    expect(await db.transaction((tx) => refuseRequest(tx, refused))).toBe("refused");
    expect(await askToBeAdded(db, rick)).toBe("too soon");
    expect((await entries()).slice(1)).toEqual([
      { actor: "UWALT", action: "request refused", detail: { userId: "URICK" } },
    ]);
    await db.update(boardRequests).set({ decidedAt: sql`decided_at - interval '25 hours'` });
    expect(await askToBeAdded(db, rick)).toBe("asked");
    // Whoever is added by hand meanwhile has nothing open any more.
    await db.transaction((tx) => addToBoard(tx, confirmed(rick), "operator", ana));
    expect(await listRequests(db, teamId, 20)).toEqual([]);
  });

  test("two admins who decide at once: one of them does, and the other is told", async () => {
    const { db, client, board } = await openBoard();
    await askToBeAdded(db, rick);
    const [request] = await listRequests(db, teamId, 20);
    const asked = { requestId: request?.id ?? 0, person: confirmed(rick) };
    const held = await client.reserve();
    await held`begin`;
    await held`select from board_requests for update`;
    const both = Promise.all([
      db.transaction((tx) => approveRequest(tx, { ...asked, role: "operator", admin: ana })),
      db.transaction((tx) => approveRequest(tx, { ...asked, role: "admin", admin: walt })),
    ]);
    await eventually(async () => (await countLockWaiters(client)) === 2, "both to wait");
    await held`commit`;
    held.release();
    const outcomes = await both;
    const [first, role] = outcomes[0] === "added" ? ["UANA", "operator"] : ["UWALT", "admin"];
    expect(outcomes).toEqual(expect.arrayContaining(["added", { decidedBy: first, role }]));
    expect((await board()).URICK).toBe(role);
  });
});

describe("the board", () => {
  test("whoever could never act is not added, and it is said why", async () => {
    expect(await confirmPerson(rick, async () => "this is an app and not a person")).toEqual({
      never: "this is an app and not a person",
    });
    expect(await confirmPerson(rick, async () => undefined)).toEqual(confirmed(rick));
    await expect(confirmPerson(rick, () => Promise.reject(new Error("away")))).rejects.toThrow("away");
  });

  test("somebody who is there keeps the role; another role is given by whoever has seen the one before", async () => {
    const { db, board, entries } = await openBoard();
    const add = (role: Role) => db.transaction((tx) => addToBoard(tx, confirmed(priya), role, ana));
    const change = (from: Role, to: Role) =>
      db.transaction((tx) => changeRole(tx, priya, { from, to }, walt));
    expect(await add("admin")).toEqual({ isNow: "operator" });
    expect(await change("viewer", "admin")).toEqual({ isNow: "operator" });
    expect(await change("operator", "admin")).toEqual({ lapsed: [] });
    expect(await board()).toMatchObject({ UPRIYA: "admin" });
    expect(await db.transaction((tx) => changeRole(tx, rick, { from: "viewer", to: "admin" }, ana))).toBe(
      "not found",
    );
    expect(await entries()).toEqual([
      { actor: "UWALT", action: "role changed", detail: { userId: "UPRIYA", from: "operator", to: "admin" } },
    ]);
  });

  test("the last admin stays, whatever is tried", async () => {
    const { db, board } = await openBoard();
    const off = (who: typeof ana) => db.transaction((tx) => takeOffBoard(tx, who, ana));
    expect(await off(walt)).toEqual({ lapsed: [] });
    expect(await off(ana)).toBe("last admin");
    for (const to of ["operator", "viewer"] as const) {
      expect(await db.transaction((tx) => changeRole(tx, ana, { from: "admin", to }, ana))).toBe(
        "last admin",
      );
    }
    expect(await board()).toEqual({ UANA: "admin", UPRIYA: "operator" });
  });

  test.each<[what: string, why: string, deed: (db: Database) => Promise<unknown>]>([
    ["is taken off the board", "off the board", (db) => db.transaction((tx) => takeOffBoard(tx, priya, ana))],
    [
      "only reads from now on",
      "sends no more",
      (db) => db.transaction((tx) => changeRole(tx, priya, { from: "operator", to: "viewer" }, ana)),
    ],
  ])("the open reviews of somebody who %s lapse, and nobody else's", async (_, why, deed) => {
    const { db, entries } = await openBoard();
    const [own, others] = [await reviewOf(db, priya), await reviewOf(db, ana)];
    const earlier = (await entries()).length;
    expect(await deed(db)).toEqual({ lapsed: [own] });
    const standing = await db
      .select({ id: alerts.id, status: alerts.status })
      .from(alerts)
      .orderBy(alerts.id);
    expect(standing).toEqual([
      { id: own, status: "discarded" },
      { id: others, status: "draft" },
    ]);
    expect((await entries()).slice(earlier + 1)).toEqual([
      { actor: "UANA", action: "discarded", detail: { why, userId: "UPRIYA" } },
    ]);
  });

  test("a review that is saved while its author is taken off is refused, or lapses with the others", async () => {
    const { db, client } = await openBoard();
    const alertId = await reviewOf(db, priya);
    const saved = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const change = changesOf(db, priya, "operator", "compose");
    const saving = change(async (tx) => {
      await tx.update(alerts).set({ text: "Another text." }).where(eq(alerts.id, alertId));
      saved.resolve();
      await goOn.promise;
    });
    await saved.promise;
    const off = db.transaction((tx) => takeOffBoard(tx, priya, ana));
    await eventually(async () => (await countLockWaiters(client)) === 1, "the removal to wait");
    goOn.resolve();
    await saving;
    expect(await off).toEqual({ lapsed: [alertId] });
    await expect(change(async () => "saved")).rejects.toThrow(Refusal);
  });
});

describe("what Slack says of the board's accounts", () => {
  const never = (...gone: string[]) => {
    const asked: string[] = [];
    const whyNever = async (userId: string) => {
      asked.push(userId);
      return gone.includes(userId) ? "their Slack account is closed" : undefined;
    };
    return { asked, whyNever };
  };
  const away = () => Promise.reject(new Error("Slack is away"));

  test("whoever left is taken off, with their reviews, and the admins are told once", async () => {
    const { db, board, told, entries } = await openBoard();
    await reviewOf(db, priya);
    const { whyNever } = never("UPRIYA");
    expect(await lookAtAccount(db, priya, whyNever)).toBe("taken off");
    expect(await lookAtAccount(db, priya, whyNever)).toBe("not on the board");
    expect(await lookAtBoard(db, teamId, whyNever)).toEqual(["fine", "fine"]);
    expect(await board()).toEqual({ UANA: "admin", UWALT: "admin" });
    expect(await told()).toEqual([
      "<@UPRIYA> was taken off the board. Their Slack account is closed. 1 open review of theirs was discarded, and not sent.",
    ]);
    expect((await entries()).filter(({ action }) => action === "board member removed")).toEqual([
      {
        actor: "system",
        action: "board member removed",
        detail: { userId: "UPRIYA", why: "their Slack account is closed" },
      },
    ]);
  });

  test("nobody loses their place because Slack does not answer, or knows them in another workspace", async () => {
    const { db, board } = await openBoard();
    const before = await board();
    expect(await lookAtBoard(db, teamId, away)).toEqual(["no answer", "no answer", "no answer"]);
    expect(await lookAtAccount(db, priya, away)).toBe("no answer");
    const { whyNever } = never("UANA", "UWALT", "UPRIYA");
    expect(await lookAtBoard(db, "T2", whyNever)).toEqual([]);
    expect(await board()).toEqual(before);
  });

  test("of somebody who is not on the board Slack is not asked", async () => {
    const { db } = await openBoard();
    const { asked, whyNever } = never();
    expect(await lookAtAccount(db, rick, whyNever)).toBe("not on the board");
    expect(asked).toEqual([]);
  });

  test("the last admin who left stays on the list, until there is another", async () => {
    const { db, board, told } = await openBoard();
    const { whyNever } = never("UANA", "UWALT");
    expect(await lookAtBoard(db, teamId, whyNever)).toEqual(["fine", "taken off", "last admin"]);
    expect(await lookAtBoard(db, teamId, whyNever)).toEqual(["fine", "last admin"]);
    const [stays = ""] = Object.entries(await board()).flatMap(([id, role]) =>
      role === "admin" ? [id] : [],
    );
    expect(
      (await told()).filter((text) => text.includes(`<@${stays}> can't do anything here any more`)),
    ).toHaveLength(1);
    await addBoardMember(db, rick, "admin", "command line", { isConfirmed: true });
    expect(await lookAtBoard(db, teamId, whyNever)).toContain("taken off");
    expect(await board()).toEqual({ UPRIYA: "operator", URICK: "admin" });
  });
});

describe("refusals", () => {
  const deed = { user: rick, what: "/alert", why: "not on the allowlist" };
  const refuse = (db: Database, times: number, who = rick) =>
    Promise.all(
      Array.from({ length: times }, () => db.transaction((tx) => recordRefusal(tx, { ...deed, user: who }))),
    );

  test("ten within an hour are told once, with who it was; the next ten a day later again", async () => {
    const { db, told } = await openBoard();
    await refuse(db, 7);
    await refuse(db, 2, priya);
    expect(await told()).toEqual([]);
    await refuse(db, 6);
    expect(await told()).toEqual([
      expect.stringMatching(
        /^Headgate has refused something 10 times within an hour: <@URICK> \d+ times, <@UPRIYA> 2 times\./,
      ),
    ]);
    await refuse(db, 20);
    expect(await told()).toHaveLength(1);
    await db.update(refusals).set({ at: sql`${refusals.at} - interval '61 minutes'` });
    await db.update(boardMessages).set({
      key: sql`${boardMessages.key} || ' before'`,
      createdAt: sql`${boardMessages.createdAt} - interval '25 hours'`,
    });
    await refuse(db, 9);
    expect(await told()).toHaveLength(1);
    await refuse(db, 1);
    expect(await told()).toHaveLength(2);
  });

  test("those of the last 30 days are listed, the newest first, a page at a time", async () => {
    const { db, client } = await openBoard();
    await client`insert into audit_entries (at, actor_kind, team_id, actor, action, detail) values
      (now() - interval '31 days', 'board', 'T1', 'UOLD', 'refused', '{"what": "stop", "why": "not an operator"}'),
      (now() - interval '29 days', 'board', 'T1', 'URICK', 'refused', '{"what": "/alert", "why": "not on the allowlist"}')`;
    const change = changesOf(db, priya, "admin", "board-add");
    await expect(change(async () => {})).rejects.toThrow(Refusal);
    const [newest, older, ...rest] = await listRefusals(db, { limit: 10 });
    expect(newest).toMatchObject({ actor: "UPRIYA", what: "board-add", why: "not an admin" });
    expect(older).toMatchObject({ actor: "URICK", what: "/alert", why: "not on the allowlist" });
    expect(rest).toEqual([]);
    expect(await listRefusals(db, { limit: 10, before: newest?.id })).toEqual([older]);
    expect(await db.$count(boardMembers)).toBe(3);
  });
});
