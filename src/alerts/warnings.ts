// What a nervous person should have been told before pressing Send.
import type { SlackUser } from "../board/allowlist.ts";
import type { Settings } from "../config.ts";
import type { Reader } from "../db/open.ts";
import type { AlertKind } from "../db/schema.ts";
import { saysFrom } from "../text/content.ts";
import { countSegments, type Segments } from "../text/segments.ts";
import { escapeForSlack } from "../text/slack-markup.ts";
import { describeDuration, describeHour, describeTime, nameTimeZone, number, plural } from "../text/words.ts";
import { type AskedReply, findAskedReply } from "./asked-replies.ts";
import { type Earlier, findEarlier } from "./earlier.ts";
import { DEADLINE_HOURS, readSendingTime, type SendingTime } from "./sending-time.ts";
import { readZonesReach, warnOfZones, type ZonesReach } from "./zone-reach.ts";

/** A reason to think again. */
export type Warning = {
  /** What it is about: whoever has seen it is not asked about it again, though its numbers may move. */
  key: string;
  /** Whole sentences, in Slack's notation; what others wrote is escaped in them. */
  words: string;
};

/** What is asked beside the alert and the database. */
export type Moment = { settings: Settings; now: Date };

/** An alert as it would be sent. */
export type Proposal = {
  author: SlackUser;
  kind: AlertKind;
  text: string;
  zoneIds: readonly number[];
  allZones: boolean;
  phoneCount: number;
};

export type WarningFacts = Pick<Proposal, "kind" | "text" | "allZones" | "phoneCount"> & {
  segments: Segments;
  earlier: readonly Earlier[];
  time: SendingTime;
  zones: ZonesReach;
  now: Date;
};

/** All that speaks against sending it now. It is asked at the review, and again at the confirm. */
export async function findWarnings(
  db: Reader,
  proposal: Proposal,
  { settings, now }: Moment,
): Promise<Warning[]> {
  const { kind, phoneCount: phones } = proposal;
  const segments = countSegments(proposal.text);
  const [earlier, zones, time] = await Promise.all([
    findEarlier(db, proposal),
    readZonesReach(db, proposal.zoneIds),
    readSendingTime(db, { kind, segments: segments.count, phones }, settings),
  ]);
  return listWarnings({ ...proposal, segments, earlier, zones, time, now }, settings);
}

export function listWarnings(facts: WarningFacts, settings: Settings): Warning[] {
  const { timeZone, organization, longestText, questionsNumber } = settings;
  const { text, segments, allZones } = facts;
  const warnings = [
    ...facts.earlier.map((earlier) => describeEarlier(earlier, timeZone)),
    ...warnOfTime(facts, settings),
  ];
  if (allZones) warnings.push({ key: "all zones", words: "This goes to all zones." });
  warnings.push(...warnOfZones(facts.zones, { timeZone, allZones, names: describeZones }));
  const asked = findAskedReply(text);
  if (asked)
    warnings.push({
      key: `asks for ${asked.word.toUpperCase()}`,
      words: describeAsked(asked, questionsNumber),
    });
  if (segments.count > longestText) {
    const words = `The text has ${plural(segments.count, "segment")}. By now your co-op's settings allow ${longestText}.`;
    warnings.push({ key: "too long", words });
  }
  if (segments.encoding === "UCS-2") {
    const characters = segments.costlyCharacters.slice(0, 5).map((character) => `“${character}”`);
    const words = `${characters.join(" ")} makes this text cost about twice as much: with it a text holds 70 characters instead of 160.`;
    warnings.push({ key: "costly characters", words: escapeForSlack(words) });
  }
  if (organization && !saysFrom(text, organization)) {
    const words = escapeForSlack(`The text does not say that it is from ${organization}.`);
    warnings.push({ key: "no name", words });
  }
  return warnings;
}

function describeEarlier(
  { id, authorId, confirmedAt, isSameText, wasStopped, sharedZones }: Earlier,
  timeZone: string,
) {
  const [zones, time] = [describeZones(sharedZones), describeTime(confirmedAt, timeZone)];
  const when = `on ${time} (${nameTimeZone(timeZone)})`;
  const stopped = wasStopped ? " It was stopped, so not everybody there got it." : "";
  return isSameText
    ? {
        key: `same text ${id}`,
        words: `The same text was sent to ${zones} ${when}, by <@${authorId}>.${stopped}`,
      }
    : { key: `other alert ${id}`, words: `<@${authorId}> sent another alert to ${zones} ${when}.${stopped}` };
}

/** A few of them by name. */
export function describeZones(names: readonly string[]): string {
  const [most, rest] = [names.slice(0, 3), names.length - 3];
  return escapeForSlack(most.join(", ")) + (rest > 0 ? ` and ${rest} more` : "");
}

const DOES: Record<AskedReply["does"], string> = {
  stop: "Whoever writes that gets no more texts, not even in an emergency.",
  start: "That word is taken for a sign-up to texts, and not for an answer to you.",
  help: "That word is answered by a machine, and not seen as an answer to you.",
  like: "Words like YES, STOP and HELP are taken for commands, and not for an answer to you.",
};

function describeAsked({ word, does }: AskedReply, questionsNumber: string | undefined): string {
  const call = questionsNumber === undefined ? "a call" : `a call to ${questionsNumber}`;
  return `The text asks members to reply “${escapeForSlack(word)}”. ${DOES[does]} Ask for another word, or for ${call}.`;
}

const WAIT = "Unless this is an emergency, or tells that one is over, wait until the morning.";
const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** How long sending takes, by the deadline and by the clock. */
function warnOfTime(
  { kind, segments, phoneCount, time, now }: WarningFacts,
  { timeZone, segmentsPerSecond, quietHours: { from, until } }: Settings,
): Warning[] {
  const warnings: Warning[] = [];
  const deadline = DEADLINE_HOURS * HOUR;
  const behind = time.wait > 0 ? ", with what other alerts still have to send first" : "";
  const isLate = time.seconds > deadline;
  // "About 4 hours" does not sound late where 4 hours are allowed.
  const isJustLate = isLate && describeDuration(time.seconds) === describeDuration(deadline);
  const long = isJustLate ? `a little more than ${DEADLINE_HOURS} hours` : describeDuration(time.seconds);
  const takes = `Sending takes ${long}${behind}`;
  if (isLate) {
    const tooLate = Math.ceil(((time.seconds - deadline) * segmentsPerSecond) / segments.count);
    const words =
      `This can't be finished in time. ${takes}, and what still waits ${DEADLINE_HOURS} hours after Send is ` +
      `not sent at all: about ${number(Math.min(phoneCount, tooLate))} of ${plural(phoneCount, "phone")} would get ` +
      `nothing. Choose fewer zones, ${time.wait > 0 ? "wait until the others are out, " : ""}or make the text shorter.`;
    warnings.push({ key: "not in time", words });
  }
  if (kind === "emergency") return warnings;
  const ofDay = secondsIntoDay(now, timeZone);
  const zone = nameTimeZone(timeZone);
  const [evening, morning] = [describeHour(from), describeHour(until)];
  if (ofDay >= from * MINUTE || ofDay < until * MINUTE) {
    const words = `It is between ${evening} and ${morning} (${zone}). ${WAIT}`;
    warnings.push({ key: "quiet hours", words });
  } else if (ofDay + Math.min(time.seconds, deadline) > from * MINUTE) {
    const words = `${takes}, so the last texts would go out after ${evening} (${zone}). ${WAIT}`;
    warnings.push({ key: "into the night", words });
  }
  return warnings;
}

function secondsIntoDay(now: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
    hourCycle: "h23",
  }).formatToParts(now);
  const of = (type: "hour" | "minute" | "second") =>
    Number(parts.find((part) => part.type === type)?.value ?? 0);
  return of("hour") * HOUR + of("minute") * 60 + of("second");
}
