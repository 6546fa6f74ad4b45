// What stands on somebody's Home, by what they may do. Pure.
import type { HomeView, KnownBlock } from "@slack/web-api";
import type { OpenReview } from "../../alerts/open-reviews.ts";
import { mayActAs, type Role } from "../../board/allowlist.ts";
import type { Settings } from "../../config.ts";
import { writePhone } from "../../members/phone.ts";
import type { AlertWithCounts } from "../../outcomes/read-alert.ts";
import { kindNames } from "../../outcomes/summary.ts";
import { sentenceOf } from "../../outcomes/under-way.ts";
import type { NewTexts } from "../../replies/news.ts";
import { escapeForSlack } from "../../text/slack-markup.ts";
import { describeClock, describeTime, nameTimeZone, oneLine, plural } from "../../text/words.ts";
import { underWayBlocks } from "../alert/under-way.ts";
import { listAdminsInWords } from "../words/admins.ts";
import {
  actions,
  button,
  clip,
  context,
  header,
  home,
  mention,
  section,
  sections,
  zonesOf,
} from "../words/blocks.ts";

export type HomeWords = Pick<Settings, "organization" | "timeZone" | "isPractice">;

/** All that the Home of somebody on the board shows. */
export type BoardHome = {
  role: Role;
  underWay: readonly AlertWithCounts[];
  /** Their own, newest first. */
  reviews: readonly OpenReview[];
  /** The last that are over, newest first. */
  last: readonly AlertWithCounts[];
  /** What members wrote since they last looked. */
  news: NewTexts;
  /** For admins: who asks to be added. */
  requests: readonly { id: number; userId: string }[];
  /** For admins: what is wrong, in whole sentences with the cure. Undefined before anybody has looked. */
  health: { problems: readonly string[]; remarks: readonly string[] } | undefined;
  /** Fewer than two admins can't stand in for one another. */
  adminCount: number;
};

/** Somebody of the workspace who is not on the board's list. */
export type StrangerHome = { admins: readonly string[]; hasAsked: boolean };

const ABOUT =
  "Headgate texts the members of the co-op when something happens to their water. " +
  "Who may send is up to the board: everything that is sent is on record, with who sent it.";

const title = ({ organization }: HomeWords): string => organization ?? "Headgate";

const practice = ({ isPractice }: HomeWords): KnownBlock[] =>
  isPractice ? [section("*PRACTICE.* No text leaves for a real phone.")] : [];

/** Nothing but words: for whoever may not see more. */
export const wordsHomeView = (words: string): HomeView => home([section(words)]);

/** What Headgate is, who the admins are, and a way to ask. Nothing of the co-op's own. */
export function strangerHomeView({ admins, hasAsked }: StrangerHome, words: HomeWords): HomeView {
  const ask =
    admins.length === 0
      ? "Whoever set up Headgate can add you to the board's list."
      : "An admin can add you:";
  return home([
    header(title(words)),
    ...practice(words),
    section(ABOUT),
    section(`You are not on the board's list. ${ask} ${listAdminsInWords(admins, "or")}`.trim()),
    hasAsked
      ? context(
          "You have asked to be added. The admins see it here; you see the board's Home once one has agreed.",
        )
      : actions(button("ask-to-be-added", "Ask to be added", "me", { style: "primary" })),
  ]);
}

export function boardHomeView(data: BoardHome, words: HomeWords): HomeView {
  const { role, underWay, reviews, last, news } = data;
  const maySend = mayActAs(role, "operator");
  return home([
    header(title(words)),
    ...practice(words),
    ...(maySend ? [actions(button("write", "Write an alert", "new", { style: "primary" }))] : []),
    ...(maySend ? [] : [context("You read the log; you send nothing.")]),
    ...underWayBlocks(underWay, { maySend }),
    ...reviewBlocks(reviews, words),
    ...(mayActAs(role, "admin") ? adminBlocks(data) : []),
    ...newsBlocks(news, words),
    ...(last.length === 0 && underWay.length === 0 ? [context("Nothing has been sent yet.")] : []),
    ...lastBlocks(last, words),
    ...(mayActAs(role, "viewer") ? [actions(...listButtons(role))] : []),
  ]);
}

/** What they may look at and change besides, in one row. */
const listButtons = (role: Role) => [
  ...(mayActAs(role, "admin")
    ? [
        button("home-members", "Members", "all"),
        button("import", "Import a list", "list"),
        button("zones", "Zones", "all"),
        button("board", "Board", "all"),
        button("settings", "Settings", "all"),
      ]
    : []),
  button("home-log", "Log", "newest"),
];

function reviewBlocks(reviews: readonly OpenReview[], words: HomeWords): KnownBlock[] {
  if (reviews.length === 0) return [];
  const named = reviews.slice(0, 3);
  const more = reviews.length - named.length;
  return [
    section(`*Not sent yet: your ${plural(reviews.length, "open review")}*`),
    ...named.flatMap((review) => [
      section(
        `${kindNames[review.kind]} to ${zonesOf(review, 300, escapeForSlack)}\n` +
          `> ${escapeForSlack(clip(oneLine(review.text), 120))}\n` +
          `Press *Send* under its message until ${describeClock(review.until, words.timeZone)} ` +
          `(${nameTimeZone(words.timeZone)}).`,
      ),
      actions(button("edit", "Look at it again", review.id), button("discard", "Discard", review.id)),
    ]),
    ...(more > 0 ? [context(`and ${plural(more, "older one")}: they are in the board's channel`)] : []),
    { type: "divider" },
  ];
}

function adminBlocks({ requests, health, adminCount }: BoardHome): KnownBlock[] {
  const asking = requests.flatMap(({ id, userId }): KnownBlock[] => [
    section(`${mention(userId)} asks to be added to the board's list.`),
    actions(
      button("approve-operator", "Add as operator", id),
      button("approve-viewer", "Add as viewer", id),
      button("refuse-request", "Refuse", id),
    ),
  ]);
  if (asking.length > 0)
    asking.push(context("An operator may send alerts. A viewer reads the log, and sends nothing."));
  const wrong = health === undefined ? [] : [...health.problems, ...health.remarks];
  const isWell = health !== undefined && wrong.length === 0;
  return [
    ...asking,
    ...(adminCount < 2
      ? [
          section(
            ":warning: *You are the only admin.* If you can't be reached, nobody can manage Headgate. Make another.",
          ),
        ]
      : []),
    ...(isWell ? [context(":white_check_mark: All is well: Headgate, Slack and the provider answer.")] : []),
    ...wrong.slice(0, 5).map((words) => section(`:warning: ${escapeForSlack(clip(words, 500))}`)),
    { type: "divider" },
  ];
}

function newsBlocks({ count, texts }: NewTexts, { timeZone }: HomeWords): KnownBlock[] {
  if (count === 0) return [];
  const lines = texts.map(
    ({ names, phone, body, writtenAt }) =>
      `• *${escapeForSlack(clip(names ?? "Nobody on the list", 60))}*, ${writePhone(phone)}, ` +
      `${describeTime(writtenAt, timeZone)}: ${escapeForSlack(clip(oneLine(body), 140)) || "_an empty text_"}`,
  );
  const more = count - texts.length;
  if (more > 0) lines.push(`and ${more} more, in the board's channel`);
  return [
    section(`*${plural(count, "text")} from members since you last looked* (${nameTimeZone(timeZone)})`),
    ...sections(lines),
    { type: "divider" },
  ];
}

function lastBlocks(alerts: readonly AlertWithCounts[], { timeZone }: HomeWords): KnownBlock[] {
  if (alerts.length === 0) return [];
  return [
    section(`*The last ${alerts.length === 1 ? "alert" : plural(alerts.length, "alert")}*`),
    ...alerts.map((alert) =>
      section(
        `*${kindNames[alert.kind]}* by ${mention(alert.authorId)}, ` +
          `${alert.confirmedAt ? describeTime(alert.confirmedAt, timeZone) : ""}, ` +
          `to ${zonesOf(alert, 200, escapeForSlack)}\n` +
          `> ${escapeForSlack(clip(oneLine(alert.text), 120))}\n${sentenceOf(alert)}`,
      ),
    ),
  ];
}
