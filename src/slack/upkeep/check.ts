// Slack's part of the check: whether Headgate is let in, may post in the board's channel, and can make a review.
import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import { findWarnings } from "../../alerts/warnings.ts";
import { alarmPhoneOf, listBoardMembers } from "../../board/allowlist.ts";
import type { Phantom } from "../../board/confirmed.ts";
import { listUntold } from "../../board/tell.ts";
import type { AlertWithCounts } from "../../outcomes/read-alert.ts";
import type { Findings } from "../../upkeep/check.ts";
import { render, type Showing } from "../alert/show.ts";
import { countUneditable, forgetTroubles } from "../alert/turns.ts";
import manifest from "../manifest.json" with { type: "json" };
import { slackErrorOf } from "../wire/errors.ts";
import {
  type BoardChannel,
  describeTokenTrouble,
  describeTrouble,
  EDIT_WINDOW_CLOSED,
  isTokenTrouble,
} from "../words/trouble.ts";

const Info = z.object({
  channel: z.object({
    name: z.string().optional(),
    is_archived: z.boolean().default(false),
    is_member: z.boolean().default(false),
  }),
});

/** With each answer Slack tells what the app may do. */
const Answered = z.object({
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});
const needed = manifest.oauth_config.scopes.bot;

/** @throws Error where Slack gives no answer */
export async function checkSlack(showing: Showing): Promise<Findings> {
  try {
    const { response_metadata } = Answered.parse(await showing.client.auth.test());
    const found = await checkChannel(showing);
    const granted = response_metadata?.scopes ?? needed;
    const isOutdated = needed.some((scope) => !granted.includes(scope));
    return isOutdated ? { ...found, remarks: [...(found.remarks ?? []), REINSTALL] } : found;
  } catch (error) {
    const word = slackErrorOf(error);
    if (isTokenTrouble(word)) return { problems: [describeTokenTrouble(word)] };
    throw error;
  }
}

const REINSTALL =
  "Headgate may not look at all that it should in Slack, because it was installed with an older manifest. " +
  "Paste src/slack/manifest.json again and reinstall the app (README, A newer version).";

async function checkChannel({ client, channel, db }: Showing): Promise<Findings> {
  if (!channel) return {};
  const why = await whyNotChannel(client, channel);
  if (why !== undefined) return { problems: [why] };
  await forgetTroubles(db, channel.id);
  const uneditable = await countUneditable(db);
  return { remarks: uneditable > 0 ? [describeTrouble(EDIT_WINDOW_CLOSED, channel)] : [] };
}

/**
 * Why this can't be the board's channel, with the cure; undefined where it can. Its name is noted.
 *
 * @throws Error where Slack gives no answer
 */
export async function whyNotChannel(client: WebClient, channel: BoardChannel): Promise<string | undefined> {
  try {
    const info = Info.parse(await client.conversations.info({ channel: channel.id }));
    const { name, is_archived, is_member } = info.channel;
    channel.name = name ?? channel.name;
    const word = is_archived ? "is_archived" : is_member ? undefined : "not_in_channel";
    return word && describeTrouble(word, channel);
  } catch (error) {
    const word = slackErrorOf(error);
    // Headgate may not look: there is a remark about that already.
    if (word === "missing_scope") return undefined;
    if (word === "channel_not_found") return describeTrouble(word, channel);
    throw error;
  }
}

/** A review of an invented alert, with everything that a real one is made with. @throws Error */
export async function checkReview(showing: Pick<Showing, "db" | "settings" | "now">): Promise<Findings> {
  const text = "The water is off on Main Street until 5 PM.";
  const at = showing.now();
  const invented: AlertWithCounts = {
    id: 0,
    status: "draft",
    teamId: "",
    authorId: "U0",
    // At night there is a warning about this kind.
    kind: "service",
    zoneIds: [0],
    zoneNames: ["Everywhere"],
    allZones: false,
    text,
    segments: 1,
    textChanges: [],
    optedOutSince: 0,
    phoneCount: 0,
    memberCount: 0,
    audienceFingerprint: "",
    newsSeen: 0,
    reviewedAt: at,
    version: 1,
    viewId: null,
    edited: false,
    createdAt: at,
    confirmedAt: null,
    sendingId: null,
    discardedAt: null,
    discardedBy: null,
    isFrozen: false,
    haltReason: null,
    halts: null,
    delay: null,
    endedAt: null,
    stoppedBy: null,
    secondsSinceReview: 0,
    isPriceAsked: false,
    channelId: null,
    messageTs: null,
    shownDigest: null,
    notSentNamed: null,
    counts: {},
    leftOut: {},
    price: null,
    unpriced: 0,
    earlierTexts: 0,
  };
  const { db, settings } = showing;
  const author = { teamId: invented.teamId, userId: invented.authorId };
  await findWarnings(db, { ...invented, author }, { settings, now: at });
  await render(showing, invented);
  return {};
}

/** Whether those whom ADMIN_SLACK_USER_IDS names could become admins. @throws Error */
export async function checkFirstAdmins(
  { db }: Pick<Showing, "db">,
  phantoms: readonly Phantom[],
): Promise<Findings> {
  const told = phantoms.map(
    ({ userId, why }) =>
      `ADMIN_SLACK_USER_IDS names ${userId}, who was not made an admin: ${why}. ` +
      "Correct it and start Headgate again, or: npm run board -- add, with the right ID.",
  );
  if (told.length === 0) return {};
  const hasAdmin = (await listBoardMembers(db)).some(({ role }) => role === "admin");
  return hasAdmin ? { remarks: told } : { problems: told };
}

/** Whether a halt reaches somebody, also where Slack is away. @throws Error */
export async function checkAlarms({ db }: Pick<Showing, "db">): Promise<Findings> {
  const untold = await listUntold(db);
  const board = await listBoardMembers(db);
  const hasPhone = board.some((member) => member.role === "admin" && alarmPhoneOf(member) !== null);
  return {
    problems: untold.map((alarm) => `Nobody could be told this, in Slack or by text: ${alarm}`),
    remarks: hasPhone
      ? []
      : [
          "No admin has given a phone, so nobody hears that an alert has halted while Slack is away: " +
            "npm run board -- add U0123ABCD admin --phone, and the number.",
        ],
  };
}
