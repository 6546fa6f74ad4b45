// The modals of /alert-log. Pure.
import type { KnownBlock, ModalView } from "@slack/web-api";
import type { Settings } from "../../config.ts";
import type { ActorKind } from "../../db/schema.ts";
import type { GatewayWords } from "../../gateways/gateway.ts";
import { writePhone } from "../../members/phone.ts";
import { describeCost, type Rates } from "../../outcomes/cost.ts";
import { outcomeOf, unreached } from "../../outcomes/counts.ts";
import { type DeliveryLine, describeUnreached, type EarlierAttempt } from "../../outcomes/delivery-lines.ts";
import type { AlertWithCounts } from "../../outcomes/read-alert.ts";
import { andLeftOut, kindNames } from "../../outcomes/summary.ts";
import { sentenceOf } from "../../outcomes/under-way.ts";
import { NOT_KNOWN } from "../../outcomes/unreached.ts";
import type { Page } from "../../outcomes/unreached-first.ts";
import { escapeForSlack } from "../../text/slack-markup.ts";
import { describeTimeAndZone, nameTimeZone, number, plural } from "../../text/words.ts";
import {
  actions,
  button,
  clip,
  context,
  exactText,
  mention,
  modal,
  section,
  sections,
  zonesOf,
} from "../words/blocks.ts";
import { describeEntry } from "./entries.ts";

export const ALERTS_PER_PAGE = 6;
export const DELIVERIES_PER_PAGE = 40;

export type LogPage = {
  alerts: readonly AlertWithCounts[];
  isNewest: boolean;
  /** Before which alert the next page begins; undefined on the last. */
  older: number | undefined;
};

const cost = (alert: AlertWithCounts, rates: Rates): string => `Cost: ${describeCost(alert, rates)}.`;

const title = (alert: AlertWithCounts, timeZone: string): string =>
  `*${alert.id} · ${kindNames[alert.kind]}* by ${mention(alert.authorId)}, ` +
  `${alert.confirmedAt ? describeTimeAndZone(alert.confirmedAt, timeZone) : "not confirmed"}`;

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
  const turns = [
    ...(page.isNewest ? [] : [button("log-newest", "Newest", "newest")]),
    ...(page.older === undefined ? [] : [button("log-older", "Older", page.older)]),
  ];
  const others = [button("log-export", "Export CSV", "all"), button("log-refusals", "Refusals", "newest")];
  if (blocks.length === 0) blocks.push(section("Nothing has been sent yet."));
  // At the top, where one looks first, and below, where one has read to: a phone shows one alert at a time.
  return modal({
    title: "Alert log",
    blocks: [actions(...turns, ...others), ...blocks, ...(turns.length > 0 ? [actions(...turns)] : [])],
  });
}

export type DetailsPage = Pick<Page, "unreached" | "others" | "next"> & {
  alert: AlertWithCounts;
  /** What became of those that somebody had sent again. */
  earlier: readonly EarlierAttempt[];
  /** How many stand on the pages before this one. */
  shownBefore: number;
  audit: {
    /** The last, the first of them first. */
    entries: readonly {
      at: Date;
      actor: string;
      actorKind: ActorKind;
      action: string;
      detail: Record<string, unknown>;
    }[];
    /** How many came before. */
    earlier: number;
  };
};

/** How it stands, why, and since when. */
function outcomeLine(line: EarlierAttempt, gateway: GatewayWords, clock: (time: Date) => string): string {
  const why = unreached.includes(line.status) ? ` (${describeUnreached(line, gateway)})` : "";
  return `*${outcomeOf(line.status)}*${why} ${clock(line.statusAt)}`;
}

function deliveryLine(line: DeliveryLine, gateway: GatewayWords, clock: (time: Date) => string): string {
  const names = escapeForSlack(clip(line.names || NOT_KNOWN, 40));
  const sent = line.acceptedAt ? `, sent ${clock(line.acceptedAt)}` : "";
  return `${writePhone(line.phone)} ${names}: ${outcomeLine(line, gateway, clock)}${sent}`;
}

/** At most this many of one delivery are shown; all are in the export. */
const EARLIER_SHOWN = 2;

function earlierLines(
  attempts: readonly EarlierAttempt[],
  gateway: GatewayWords,
  clock: (time: Date) => string,
): string {
  const tries = attempts.map(
    (attempt, index) => `\n    try ${index + 1}: ${outcomeLine(attempt, gateway, clock)}`,
  );
  return tries.slice(-EARLIER_SHOWN).join("");
}

export function detailsView(
  page: DetailsPage,
  { timeZone, ...rates }: Settings,
  gateway: GatewayWords,
): ModalView {
  const { alert, unreached: first, others, next, shownBefore, audit } = page;
  const clock = createClock(alert, timeZone);
  const tell = (line: DeliveryLine) => {
    const earlier = page.earlier.filter(({ position }) => position === line.position);
    return deliveryLine(line, gateway, clock) + earlierLines(earlier, gateway, clock);
  };
  const list = (title: string, lines: readonly DeliveryLine[]): KnownBlock[] =>
    lines.length === 0 ? [] : [section(`*${title}*`), ...sections(lines.map(tell))];
  const count = first.length + others.length;
  const last = shownBefore + count;
  const turns = [
    ...(shownBefore === 0 ? [] : [button("details-first", "Back to the first", `${alert.id}:0:0:0`)]),
    ...(next
      ? [button("details-next", "Next", `${alert.id}:${Number(next.isAmongOthers)}:${next.position}:${last}`)]
      : []),
  ];
  const entries = audit.entries.map((entry) => {
    const who = entry.actorKind === "board" ? mention(entry.actor) : entry.actor;
    return `${describeTimeAndZone(entry.at, timeZone)}, ${who}: ${escapeForSlack(clip(describeEntry(entry), 100))}`;
  });
  if (audit.earlier > 0) entries.push(`and ${audit.earlier} more: press Export this alert`);
  return modal({
    title: `Alert ${alert.id}`,
    blocks: [
      section(`${title(alert, timeZone)}\n${zonesOf(alert, 1500, escapeForSlack)}`),
      exactText(alert.text),
      section(andLeftOut(`*${standing(alert)}* ${cost(alert, rates)}`, alert.leftOut)),
      actions(...turns, button("details-export", "Export this alert", alert.id)),
      { type: "divider" },
      context(
        count === 0
          ? "There are no phones."
          : `Phones ${number(shownBefore + 1)} to ${number(last)} of ${plural(alert.phoneCount, "phone")}. ` +
              `Names are those of the moment when it was sent. Times are ${nameTimeZone(timeZone)}.`,
      ),
      ...list("Not reached, or not sent", first),
      ...list(first.length > 0 || shownBefore > 0 ? "The others" : "Phones", others),
      ...(turns.length > 0 ? [actions(...turns)] : []),
      { type: "divider" },
      ...sections(["*Audit entries*", ...entries]),
    ],
  });
}

/** The time of day, and the day where it is another than that of the confirm. */
function createClock({ confirmedAt }: AlertWithCounts, timeZone: string): (time: Date) => string {
  const clock = new Intl.DateTimeFormat("en-US", { timeZone, hour: "numeric", minute: "2-digit" });
  const day = new Intl.DateTimeFormat("en-US", { timeZone, month: "short", day: "numeric" });
  const first = confirmedAt ? day.format(confirmedAt) : "";
  return (time) => (day.format(time) === first ? "" : `${day.format(time)}, `) + clock.format(time);
}
