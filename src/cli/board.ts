// npm run board: who may act.
import { giveRole, takeOffBoard } from "../alerts/off-board.ts";
import { findBoardMember, listBoardMembers, type Role, roles } from "../board/allowlist.ts";
import { confirmAdmins, type Phantom } from "../board/confirmed.ts";
import { ConfigError } from "../config.ts";
import type { Database } from "../db/open.ts";
import { maskPhone } from "../members/phone.ts";
import { slackErrorOf } from "../slack/wire/errors.ts";
import { asSentence } from "../text/words.ts";
import { type CliDeps, checkPhone, Refusal, type SlackPerson, withDatabase } from "./terminal.ts";

export const BOARD_USAGE: [string, string][] = [
  ["npm run board -- list", "who may send alerts"],
  [
    "npm run board -- add U0123ABCD operator|admin|viewer",
    "let somebody send; an admin also reads the log; a viewer only reads it",
  ],
  ["        --phone +12065550100", "their own phone: admins are texted where Slack can't be told"],
  ["        --unchecked", "also where Slack can't be asked who they are"],
  ["npm run board -- remove U0123ABCD", "let somebody send no more"],
];

export function runBoard(args: readonly string[], deps: CliDeps): Promise<void> | undefined {
  const [what, userId, role, ...options] = args;
  if (what === "list" && args.length === 1) return listBoard(deps);
  if (what === "remove" && args.length === 2) return removeFromBoard(userId, deps);
  if (what !== "add" || args.length < 3) return undefined;
  const isUnchecked = options.includes("--unchecked");
  const [option, phone, ...more] = options.filter((each) => each !== "--unchecked");
  if (more.length > 0) return undefined;
  if (option !== undefined && (option !== "--phone" || phone === undefined)) return undefined;
  return addToBoard(userId, role, { phone, isUnchecked }, deps);
}

async function listBoard(deps: CliDeps): Promise<void> {
  await withDatabase(deps, async (db) => {
    const board = await listBoardMembers(db);
    if (board.length === 0) return deps.write("Nobody is on the board yet. Add the first admin.");
    let isAsked = true;
    for (const { userId, teamId, role, phone } of board) {
      const person: Partial<SlackPerson> = await deps.askSlackWho(userId, teamId).catch(() => {
        isAsked = false;
        return {};
      });
      const words = [
        userId,
        role,
        ...(person.name === undefined ? [] : [person.name]),
        ...(phone === null ? [] : [`own phone ${maskPhone(phone)}`]),
        ...(person.never === undefined ? [] : [`can't act: ${person.never}`]),
      ];
      deps.write(words.join("  "));
    }
    if (!isAsked) deps.write("Slack can't be asked just now what everybody is called.");
  });
}

async function addToBoard(
  userIdGiven: string | undefined,
  roleGiven: string | undefined,
  { phone: phoneGiven, isUnchecked }: { phone: string | undefined; isUnchecked: boolean },
  deps: CliDeps,
): Promise<void> {
  const userId = checkUserId(userIdGiven);
  const role = checkRole(roleGiven);
  const phone = phoneGiven === undefined ? undefined : checkPhone(phoneGiven, deps);
  await withDatabase(deps, async (db) => {
    const who = await askWho(db, userId, deps, isUnchecked);
    const { teamId, name, isConfirmed } = who;
    // Before somebody is an admin no more: whether another one could act.
    const phantoms = role === "admin" ? [] : await askAboutAdmins(db, teamId, deps);
    const more = { phone, isConfirmed };
    const outcome = await giveRole(db, { teamId, userId }, role, "command line", more);
    if (outcome === "last admin") throw lastAdmin(userId, phantoms);
    const known = (await findBoardMember(db, { teamId, userId }))?.phone ?? null;
    const own = known === null ? "" : ` Own phone ${maskPhone(known)}.`;
    deps.write(`${name} is on the board now, as ${role}.${own}`);
    if (!isConfirmed) {
      deps.write(
        "Slack could not be asked who this is. Until it knows them as a full member of the board's workspace " +
          "they can't send anything, and don't count as another admin.",
      );
    }
    if (role === "admin" && known === null) {
      deps.write(
        "Headgate texts the admins when an alert has halted and Slack can't be told. Give their phone too: " +
          `npm run board -- add ${userId} admin --phone +12065550100`,
      );
    }
  });
}

type Who = { teamId: string; name: string; isConfirmed: boolean };

/** @throws Refusal where they could never act, or Slack can't be asked and that is not asked for */
async function askWho(db: Database, userId: string, deps: CliDeps, isUnchecked: boolean): Promise<Who> {
  const answer = await askSlack(userId, deps);
  if ("person" in answer) {
    const { teamId, person } = answer;
    const name = person.name === undefined ? userId : `${person.name} (${userId})`;
    if (person.never === undefined) return { teamId, name, isConfirmed: true };
    throw new Refusal(`${name} could never send an alert, so nothing was changed: ${person.never}.`);
  }
  const why = `Slack can't be asked who ${userId} is (${answer.failed})`;
  if (!isUnchecked) {
    throw new Refusal(
      `${why}, so nothing was changed. Try it again later; or, if you are certain of the ID, add --unchecked.`,
    );
  }
  const teams = new Set((await listBoardMembers(db)).map(({ teamId }) => teamId));
  const [teamId] = answer.teamId === undefined ? teams : [answer.teamId];
  if (teamId === undefined || (answer.teamId === undefined && teams.size > 1)) {
    throw new Refusal(`${why}, nor which workspace this is, so nothing was changed. Try it again later.`);
  }
  return { teamId, name: userId, isConfirmed: false };
}

async function askSlack(
  userId: string,
  deps: CliDeps,
): Promise<{ teamId: string; person: SlackPerson } | { teamId: string | undefined; failed: string }> {
  let teamId: string | undefined;
  try {
    teamId = await deps.workspaceTeamId();
    return { teamId, person: await deps.askSlackWho(userId, teamId) };
  } catch (error) {
    return { teamId, failed: whyNotAsked(error) };
  }
}

function whyNotAsked(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  return slackErrorOf(error) ?? "it does not answer";
}

async function askAboutAdmins(db: Database, teamId: string, deps: CliDeps): Promise<Phantom[]> {
  return confirmAdmins(db, teamId, async (userId) => (await deps.askSlackWho(userId, teamId)).never);
}

async function removeFromBoard(userIdGiven: string | undefined, deps: CliDeps): Promise<void> {
  const userId = checkUserId(userIdGiven);
  await withDatabase(deps, async (db) => {
    // Looked up rather than asked of Slack, so that somebody can be removed while Slack is away.
    const found = (await listBoardMembers(db)).filter((member) => member.userId === userId);
    if (found.length === 0) throw new Refusal(`${userId} is not on the board: nothing was changed.`);
    for (const { teamId, role } of found) {
      const phantoms = role === "admin" ? await askAboutAdmins(db, teamId, deps) : [];
      const user = { teamId, userId };
      const outcome = await db.transaction((tx) => takeOffBoard(tx, user, "command line"));
      if (outcome === "last admin") throw lastAdmin(userId, phantoms);
    }
    deps.write(`${userId} is no longer on the board.`);
  });
}

function lastAdmin(userId: string, phantoms: readonly Phantom[]): Refusal {
  const others = phantoms.filter((phantom) => phantom.userId !== userId);
  const own = phantoms.find((phantom) => phantom.userId === userId);
  const why = own ? `is the only admin, and can't act: ${own.why}` : "is the last admin who can act";
  return new Refusal(
    [
      `${userId} ${why}, so nothing was changed. Make somebody else an admin first.`,
      ...others.map((phantom) => `${phantom.userId} does not count. ${asSentence(phantom.why)}.`),
    ].join(" "),
  );
}

function checkUserId(given = ""): string {
  if (/^[UW][A-Z0-9]{2,}$/.test(given)) return given;
  throw new Refusal(
    `"${given}" is not a Slack member ID, so nothing was changed. One looks like U0123ABCD: ` +
      'in Slack open the person\'s profile, press the three dots, and choose "Copy member ID".',
  );
}

function checkRole(given: string | undefined): Role {
  const role = roles.find((each) => each === given);
  if (role) return role;
  throw new Refusal(
    `"${given}" is not a role, so nothing was changed. It is operator (may send), admin (may also manage and read the log) or viewer (may only read the log).`,
  );
}
