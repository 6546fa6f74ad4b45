// "Board" on an admin's Home: who is on the list; add somebody, give another role, remove.
import type { ModalView } from "@slack/web-api";
import { z } from "zod";
import { changeRole, type Lapsed, takeOffBoard } from "../../../alerts/off-board.ts";
import { listOpenReviews } from "../../../alerts/open-reviews.ts";
import { findLastEntry } from "../../../audit/last-entry.ts";
import {
  findBoardMember,
  listBoardMembers,
  mayActAs,
  roles,
  type SlackUser,
} from "../../../board/allowlist.ts";
import { confirmPerson } from "../../../board/confirmed.ts";
import { addToBoard } from "../../../board/join.ts";
import { plural } from "../../../text/words.ts";
import type { ActionInput, Answer, SlackContext, SubmissionInput } from "../../wire/listener.ts";
import { noticeView } from "../../words/notice.ts";
import { showAnew, whoWasFirst } from "../second.ts";
import { boardView, newPersonView, PEOPLE_PER_PAGE, personView } from "./views.ts";

const UNCHANGED = "Nothing was changed by you.";
const LAST_ADMIN =
  "They are the last admin who can act, so they stay one. Make somebody else an admin first.";

export async function openBoard({ member, triggerId }: ActionInput, context: SlackContext): Promise<Answer> {
  const view = await boardPage(context, member);
  return { after: () => context.client.views.open({ trigger_id: triggerId, view }) };
}

export async function turnBoard(
  { member, ids: [before = 0], viewId }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const view = await boardPage(context, member, before);
  return { after: () => showAnew(context, viewId, view) };
}

export const openNewPerson = async (
  { triggerId }: ActionInput,
  { client }: SlackContext,
): Promise<Answer> => ({
  after: () => client.views.push({ trigger_id: triggerId, view: newPersonView() }),
});

export async function openPerson(
  { member, value: userId, triggerId, rootViewId }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const { look } = context;
  const user = { teamId: member.teamId, userId };
  const person = await findBoardMember(look, user);
  if (!person) {
    const after = () => showBoard(context, member, rootViewId);
    return { tell: await notOnBoard(context, user), after };
  }
  const [name, reviews] = await Promise.all([context.nameOf(userId), listOpenReviews(look, user)]);
  const metadata = JSON.stringify({ userId, role: person.role });
  const view = personView(person, { name, reviews: reviews.length, metadata });
  return { after: () => context.client.views.push({ trigger_id: triggerId, view }) };
}

/** Slack is asked who they are before anything is kept. */
export async function saveNewPerson(
  { member, change, values, rootViewId }: SubmissionInput,
  context: SlackContext,
): Promise<Answer> {
  const { who, role } = NewPerson.parse(values);
  const userId = who.who.selected_user;
  if (!userId) return { errors: { who: "Choose somebody." } };
  if (!role.role.selected_option) return { errors: { role: "Choose a role." } };
  const { value } = role.role.selected_option;
  const user = { teamId: member.teamId, userId };
  const person = await confirmPerson(user, context.whyNever).catch(() => undefined);
  if (!person) {
    const words = "Slack does not tell just now who they are, so they were not added. Try again in a minute.";
    return { errors: { who: words } };
  }
  if ("never" in person) return { errors: { who: `They were not added: ${person.never}.` } };
  const outcome = await change((tx) => addToBoard(tx, person, value, member));
  const after = () => Promise.all([showBoard(context, member, rootViewId), showHomes(context, member, user)]);
  if (outcome === "added") return { after };
  const words = `They are on the board already, as ${outcome.isNow}. ${UNCHANGED} Their role is changed in the list.`;
  return { errors: { who: words }, after };
}

export async function saveRole(
  { member, change, values, metadata, rootViewId }: SubmissionInput,
  context: SlackContext,
): Promise<Answer> {
  const seen = Metadata.parse(JSON.parse(metadata));
  const to = NewRole.parse(values).role.role.selected_option?.value ?? seen.role;
  const user = { teamId: member.teamId, userId: seen.userId };
  const outcome = await change((tx) => changeRole(tx, user, { from: seen.role, to }, member), {
    lock: "update",
  });
  const after = (lapsed: readonly number[] = []) => followUp(context, member, { user, lapsed, rootViewId });
  if (outcome === "last admin") return { failed: `${LAST_ADMIN} ${UNCHANGED}` };
  if (outcome === "not found") return { failed: await notOnBoard(context, user), after };
  if ("isNow" in outcome) {
    const isNow = outcome.isNow === "viewer" ? "a viewer" : `an ${outcome.isNow}`;
    return { failed: `They are ${isNow} by now. ${await firstAbout(context, user)} ${UNCHANGED}`, after };
  }
  return { after: () => after(outcome.lapsed) };
}

/** What came of it stands in place of their card. */
export async function removePerson(
  { member, change, value: userId, viewId, rootViewId }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const user = { teamId: member.teamId, userId };
  const outcome = await change((tx) => takeOffBoard(tx, user, member), { lock: "update" });
  if (outcome === "last admin") return { failed: `${LAST_ADMIN} ${UNCHANGED}` };
  if (outcome === "not found") {
    const after = () => showBoard(context, member, rootViewId);
    return { failed: await notOnBoard(context, user), after };
  }
  const words = `${await context.nameOf(userId)} is off the board.${wordsOfLapsed(outcome)}`;
  return {
    after: () =>
      Promise.all([
        showAnew(context, viewId, noticeView(words)),
        followUp(context, member, { user, lapsed: outcome.lapsed, rootViewId }),
      ]),
  };
}

const wordsOfLapsed = ({ lapsed }: Lapsed): string =>
  lapsed.length === 0
    ? ""
    : ` ${plural(lapsed.length, "open review")} of theirs ${lapsed.length === 1 ? "was" : "were"} discarded, and not sent.`;

async function firstAbout(context: SlackContext, { userId }: SlackUser): Promise<string> {
  const actions = ["board member added", "board member removed", "role changed"] as const;
  return whoWasFirst(await findLastEntry(context.look, actions, [{ userId }]), context);
}

const notOnBoard = async (context: SlackContext, user: SlackUser): Promise<string> =>
  `They are not on the board's list any more. ${await firstAbout(context, user)} ${UNCHANGED}`;

/** All that shows it: the list below, their Home, and the messages of what they had reviewed. */
async function followUp(
  context: SlackContext,
  member: SlackUser,
  {
    user,
    lapsed,
    rootViewId,
  }: { user: SlackUser; lapsed: readonly number[]; rootViewId: string | undefined },
): Promise<void> {
  await Promise.all([
    showBoard(context, member, rootViewId),
    showHomes(context, member, user),
    ...lapsed.map((alertId) => context.showAlert(alertId)),
  ]);
}

/** Theirs, and that of the admin: it says whether there is another. */
const showHomes = ({ showHome }: SlackContext, member: SlackUser, user: SlackUser) =>
  Promise.all([showHome(user), ...(user.userId === member.userId ? [] : [showHome(member)])]);

export async function showBoard(
  context: SlackContext,
  member: SlackUser,
  rootViewId: string | undefined,
): Promise<void> {
  // They may have taken this right from themselves.
  const own = await findBoardMember(context.look, member);
  const isAdmin = own !== undefined && mayActAs(own.role, "admin");
  const view = isAdmin
    ? await boardPage(context, member)
    : noticeView("You are no admin any more, so you don't see the board's list.");
  await showAnew(context, rootViewId, view);
}

/** @param before how many stand on earlier pages */
async function boardPage(
  { look }: Pick<SlackContext, "look">,
  { teamId, userId }: SlackUser,
  before = 0,
): Promise<ModalView> {
  const all = (await listBoardMembers(look)).filter((person) => person.teamId === teamId);
  const people = all.slice(before, before + PEOPLE_PER_PAGE);
  const adminCount = all.filter(({ role }) => role === "admin").length;
  return boardView({ people, before, total: all.length, adminCount, userId });
}

const Chosen = z.object({
  role: z.object({ selected_option: z.object({ value: z.enum(roles) }).nullish() }),
});
const NewRole = z.object({ role: Chosen });
const NewPerson = z.object({
  who: z.object({ who: z.object({ selected_user: z.string().nullish() }) }),
  role: Chosen,
});
const Metadata = z.object({ userId: z.string(), role: z.enum(roles) });
