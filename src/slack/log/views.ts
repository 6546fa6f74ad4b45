// The modals of /alert-log. Pure.
import type { KnownBlock, ModalView } from "@slack/web-api";
import type { Settings } from "../../config.ts";
import type { ActorKind, DeliveryStatus } from "../../db/schema.ts";
import type { GatewayWords } from "../../gateways/gateway.ts";
import { describeCost, type Rates } from "../../outcomes/cost.ts";
import { notReached } from "../../outcomes/counts.ts";
import { type DeliveryLine, describeFailure, type EarlierAttempt } from "../../outcomes/delivery-lines.ts";
import type { AlertWithCounts } from "../../outcomes/read-alert.ts";
import { andLeftOut, kindNames } from "../../outcomes/summary.ts";
import { sentenceOf } from "../../outcomes/under-way.ts";
import { escapeForSlack } from "../../text/slack-markup.ts";
import { describeTime, plural } from "../../text/words.ts";
import {
  actions,
  button,
  clip,
  context,
  exactText,
  mention,
  modal,
  section,
  zonesOf,
} from "../words/blocks.ts";

export const ALERTS_PER_PAGE = 6;
export const DELIVERIES_PER_PAGE = 40;
const DELIVERIES_PER_BLOCK = 8;

export type LogPage = {
  alerts: readonly AlertWithCounts[];
  isNewest: boolean;
  /** Before which alert the next page begins; undefined on the last. */
  older: number | undefined;
};

const cost = (alert: AlertWithCounts, rates: Rates): string => `Cost: ${describeCost(alert, rates)}.`;

const title = (alert: AlertWithCounts, timeZone: string): string =>
  `*${alert.id} · ${kindNames[alert.kind]}* by ${mention(alert.authorId)}, ` +
  `${alert.confirmedAt ? describeTime(alert.confirmedAt, timeZone) : "not confirmed"}`;

const STATES: Partial<Record<AlertWithCounts["status"], string>> = {
  sending: "Sending. ",
  halted: "Halted. ",
};
const standing = (alert: AlertWithCounts): string => `${STATES[alert.status] ?? ""}${sentenceOf(alert)}`;

export function logView(page: LogPage, { timeZone, ...rates }: Settings): ModalView {
  const blocks = page.alerts.flatMap((alert): KnownBlock[] => [
    {
      ...section(
        `${title(alert, timeZone)}\n${zonesOf(alert, 400, escapeForSlack)}\n` +
          `>${escapeForSlack(clip(alert.text, 200)).replaceAll("\n", "\n>")}\n` +
          andLeftOut(`${standing(alert)} ${cost(alert, rates)}`, alert.leftOut),
      ),
      accessory: button("log-details", "Details", alert.id),
    },
    { type: "divider" },
  ]);
  const pages = [
    ...(page.isNewest ? [] : [button("log-newest", "Newest", "newest")]),
    ...(page.older === undefined ? [] : [button("log-older", "Older", page.older)]),
    button("log-export", "Export CSV", "all"),
  ];
  if (blocks.length === 0) blocks.push(section("Nothing has been sent yet."));
  return modal({ title: "Alert log", blocks: [...blocks, actions(...pages)] });
}

export type DetailsPage = {
  alert: AlertWithCounts;
  deliveries: readonly DeliveryLine[];
  /** What became of those that somebody had sent again. */
  earlier: readonly EarlierAttempt[];
  /** After which position the next page begins; undefined on the last. */
  next: number | undefined;
  isFirst: boolean;
  audit: {
    /** The last, the first of them first. */
    entries: readonly { at: Date; actor: string; actorKind: ActorKind; action: string }[];
    /** How many came before. */
    earlier: number;
  };
};

const STATUS_WORDS: Record<DeliveryStatus, string> = {
  pending: "waiting",
  skipped: "opted out before it was sent",
  expired: "too late to send",
  canceled: "not sent: stopped",
  rejected: "refused",
  sending: "being sent",
  unknown: "unknown",
  accepted: "on the way",
  sent: "on the way",
  delivered: "delivered",
  undelivered: "not delivered",
  failed: "failed",
};

function deliveryLine(line: DeliveryLine, gateway: GatewayWords, clock: (time: Date) => string): string {
  const why = notReached.includes(line.status) ? ` (${describeFailure(line, gateway)})` : "";
  const handedOver = line.acceptedAt ? `, taken ${clock(line.acceptedAt)}` : "";
  return `${line.phone} ${escapeForSlack(clip(line.names, 40))}: *${STATUS_WORDS[line.status]}*${why} ${clock(line.statusAt)}${handedOver}`;
}

/** At most this many of one delivery are shown; all are in the export. */
const EARLIER_SHOWN = 2;

function earlierLines(
  attempts: readonly EarlierAttempt[],
  gateway: GatewayWords,
  clock: (time: Date) => string,
): string {
  const tries = attempts.map((attempt, index) => {
    const why = notReached.includes(attempt.status) ? ` (${describeFailure(attempt, gateway)})` : "";
    return `\n    try ${index + 1}: *${STATUS_WORDS[attempt.status]}*${why} ${clock(attempt.statusAt)}`;
  });
  return tries.slice(-EARLIER_SHOWN).join("");
}

/** So many lines as a section holds, which is 3,000 characters. */
function inGroups(lines: readonly string[]): string[][] {
  const groups: string[][] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    const isFull = !last || last.length >= DELIVERIES_PER_BLOCK || [...last, line].join("\n").length > 2_900;
    if (isFull) groups.push([line]);
    else last.push(line);
  }
  return groups;
}

export function detailsView(
  page: DetailsPage,
  { timeZone, ...rates }: Settings,
  gateway: GatewayWords,
): ModalView {
  const { alert, deliveries, audit } = page;
  const clock = (time: Date) =>
    new Intl.DateTimeFormat("en-US", {
      timeZone,
      hour: "numeric",
      minute: "2-digit",
      second: "2-digit",
    }).format(time);
  const tell = (line: DeliveryLine) => {
    const earlier = page.earlier.filter(({ position }) => position === line.position);
    return deliveryLine(line, gateway, clock) + earlierLines(earlier, gateway, clock);
  };
  const groups = inGroups(deliveries.map(tell));
  const first = deliveries[0]?.position ?? 0;
  const pages = [
    ...(page.isFirst ? [] : [button("details-first", "Back to the first", `${alert.id}:0`)]),
    ...(page.next === undefined ? [] : [button("details-next", "Next", `${alert.id}:${page.next}`)]),
  ];
  const entries = audit.entries.map(({ at, actor, actorKind, action }) => {
    const who = actorKind === "board" ? mention(actor) : actor;
    return `${describeTime(at, timeZone)}: ${action} by ${who}`;
  });
  if (audit.earlier > 0) entries.push(`and ${audit.earlier} more in the export`);
  return modal({
    title: `Alert ${alert.id}`,
    blocks: [
      section(`${title(alert, timeZone)}\n${zonesOf(alert, 1500, escapeForSlack)}`),
      exactText(alert.text),
      section(andLeftOut(`*${standing(alert)}* ${cost(alert, rates)}`, alert.leftOut)),
      { type: "divider" },
      context(
        deliveries.length === 0
          ? "There are no phones."
          : `Phones ${first} to ${first + deliveries.length - 1} of ${plural(alert.phoneCount, "phone")}, times in ${timeZone}`,
      ),
      ...groups.map((group) => section(group.join("\n"))),
      ...(pages.length > 0 ? [actions(...pages)] : []),
      { type: "divider" },
      section(["*Audit entries*", ...entries].join("\n")),
    ],
  });
}
