// One line for each text that was sent to a member, and for each that they wrote. Pure.
import { writePhone } from "../../../members/phone.ts";
import { outcomeOf, unreached } from "../../../outcomes/counts.ts";
import { describeUnreached } from "../../../outcomes/delivery-lines.ts";
import type { SentToMember } from "../../../outcomes/of-member.ts";
import { kindNames, leftOutWords } from "../../../outcomes/summary.ts";
import type { WrittenByMember } from "../../../replies/of-member.ts";
import { escapeForSlack } from "../../../text/slack-markup.ts";
import { describeTime, oneLine } from "../../../text/words.ts";
import type { SlackContext } from "../../wire/listener.ts";
import { clip } from "../../words/blocks.ts";
import { said } from "./words.ts";

/** "*Emergency*, Tue, Mar 3, 2026, 2:05 PM, to (206) 555-0101: *delivered* 2:06 PM" and the text. */
export function sentLine(
  line: SentToMember,
  { timeZone, gateway }: Pick<SlackContext, "gateway"> & { timeZone: string },
): string {
  const text = `\n>${escapeForSlack(clip(oneLine(line.text), 160))}`;
  const when = `*${kindNames[line.kind]}*, ${describeTime(line.confirmedAt, timeZone)}`;
  if (line.status === null) return `${when}: *left out*, ${leftOutWords[line.reason]}${text}`;
  const why = unreached.includes(line.status)
    ? ` (${escapeForSlack(clip(describeUnreached(line, gateway), 300))})`
    : "";
  return `${when}, to ${writePhone(line.phone)}: *${outcomeOf(line.status)}*${why}${text}`;
}

/** When, from which number, and what. */
export const writtenLine = ({ at, phone, body }: WrittenByMember, timeZone: string): string =>
  `${describeTime(at, timeZone)}, from ${writePhone(phone)}\n>${said(oneLine(body), 500) || "_an empty text_"}`;
