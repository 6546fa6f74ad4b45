// npm run board: who may act.
import {
  addBoardMember,
  findBoardMember,
  listBoardMembers,
  type Role,
  removeBoardMember,
} from "../board/allowlist.ts";
import { maskPhone } from "../members/phone.ts";
import { type CliDeps, checkPhone, Refusal, withDatabase } from "./terminal.ts";

export const BOARD_USAGE: [string, string][] = [
  ["npm run board -- list", "who may send alerts"],
  ["npm run board -- add U0123ABCD operator|admin", "let somebody send; an admin also reads the log"],
  ["        --phone +12065550100", "their own phone: admins are texted where Slack can't be told"],
  ["npm run board -- remove U0123ABCD", ""],
];

export function runBoard(args: readonly string[], deps: CliDeps): Promise<void> | undefined {
  const [what, userId, role, option, phone] = args;
  if (what === "list" && args.length === 1) return listBoard(deps);
  if (what === "add" && args.length === 3) return addToBoard(userId, role, undefined, deps);
  if (what === "add" && args.length === 5 && option === "--phone")
    return addToBoard(userId, role, phone, deps);
  if (what === "remove" && args.length === 2) return removeFromBoard(userId, deps);
  return undefined;
}

async function listBoard(deps: CliDeps): Promise<void> {
  await withDatabase(deps, async (db) => {
    const board = await listBoardMembers(db);
    if (board.length === 0) deps.write("Nobody is on the board yet. Add the first admin.");
    for (const { userId, role, phone } of board) {
      deps.write(`${userId}  ${role}${phone === null ? "" : `  own phone ${maskPhone(phone)}`}`);
    }
  });
}

async function addToBoard(
  userIdGiven: string | undefined,
  roleGiven: string | undefined,
  phoneGiven: string | undefined,
  deps: CliDeps,
): Promise<void> {
  const userId = checkUserId(userIdGiven);
  const role = checkRole(roleGiven);
  const phone = phoneGiven === undefined ? undefined : checkPhone(phoneGiven, deps);
  await withDatabase(deps, async (db) => {
    const teamId = await deps.workspaceTeamId();
    const outcome = await addBoardMember(db, { teamId, userId }, role, "command line", phone);
    if (outcome === "last admin") throw lastAdmin(userId);
    const known = (await findBoardMember(db, { teamId, userId }))?.phone ?? null;
    const own = known === null ? "" : ` Own phone ${maskPhone(known)}.`;
    deps.write(`${userId} is on the board now, as ${role}.${own}`);
    if (role === "admin" && known === null) {
      deps.write(
        "Headgate texts the admins when an alert has halted and Slack can't be told. Give their phone too: " +
          `npm run board -- add ${userId} admin --phone +12065550100`,
      );
    }
  });
}

async function removeFromBoard(userIdGiven: string | undefined, deps: CliDeps): Promise<void> {
  const userId = checkUserId(userIdGiven);
  await withDatabase(deps, async (db) => {
    // Looked up rather than asked of Slack, so that somebody can be removed while Slack is away.
    const found = (await listBoardMembers(db)).filter((member) => member.userId === userId);
    if (found.length === 0) throw new Refusal(`${userId} is not on the board: nothing was changed.`);
    for (const { teamId } of found) {
      const outcome = await removeBoardMember(db, { teamId, userId }, "command line");
      if (outcome === "last admin") throw lastAdmin(userId);
    }
    deps.write(`${userId} is no longer on the board.`);
  });
}

const lastAdmin = (userId: string) =>
  new Refusal(`${userId} is the last admin, so nothing was changed. Make somebody else an admin first.`);

function checkUserId(given = ""): string {
  if (/^[UW][A-Z0-9]{2,}$/.test(given)) return given;
  throw new Refusal(
    `"${given}" is not a Slack member ID, so nothing was changed. One looks like U0123ABCD: ` +
      'in Slack open the person\'s profile, press the three dots, and choose "Copy member ID".',
  );
}

function checkRole(given: string | undefined): Role {
  if (given === "operator" || given === "admin") return given;
  throw new Refusal(
    `"${given}" is not a role, so nothing was changed. It is operator (may send) or admin (may also manage and read the log).`,
  );
}
