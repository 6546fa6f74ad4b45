// What each of the co-op's own settings is called, and what stands in it, as people read it. Pure.
import type { Settings } from "../config.ts";
import type { OwnName, QuietHours } from "../own-settings.ts";
import { PER_SEGMENT } from "../text/segments.ts";
import { describeHour, nameTimeZone, number, plural } from "../text/words.ts";

type Entry = {
  label: string;
  /** What it does and what to write, in plain words. */
  hint: string;
  /** What holds. */
  say: (settings: Settings) => string;
};

const NONE = "not set";

export const contents: Record<OwnName, Entry> = {
  ORGANIZATION_NAME: {
    label: "Name",
    hint: "Who texts, such as Mill Creek Water Co-op. Every new message begins with it. At most 40 characters.",
    say: ({ organization = NONE }) => organization,
  },
  QUESTIONS_NUMBER: {
    label: "Number for questions",
    hint: "Whom members call, such as (206) 555-0134. Whoever writes an alert is reminded of it.",
    say: ({ questionsNumber = NONE }) => questionsNumber,
  },
  TIME_ZONE: {
    label: "Time zone",
    hint: "A place in your members' time zone, such as America/Denver. Times in Slack are told by it.",
    say: ({ timeZone }) => `${timeZone} (${nameTimeZone(timeZone)})`,
  },
  QUIET_HOURS: {
    label: "Quiet hours",
    hint: "From an evening to a morning, such as 21:00-08:00. Whoever sends in them is warned, except in an emergency.",
    say: ({ quietHours }) => describeQuietHours(quietHours),
  },
  LONGEST_TEXT: {
    label: "Longest text",
    hint: "How many segments a text may have, from 1 to 10. Each segment is billed.",
    say: ({ longestText }) => {
      const { "GSM-7": plain, "UCS-2": costly } = mostCharacters(longestText);
      return `${plural(longestText, "segment")}: up to ${number(plain)} characters, or ${costly} with emoji`;
    },
  },
  SEGMENTS_PER_SECOND: {
    label: "Pace",
    hint:
      "How many segments your sender may send a second: 3 for a toll-free number; for others see Twilio, Messaging, " +
      "Regulatory Compliance.",
    say: ({ segmentsPerSecond }) => `${plural(segmentsPerSecond, "segment")} a second`,
  },
  PRICE_PER_SEGMENT: {
    label: "Price of a segment",
    hint: "In dollars, such as 0.0083: twilio.com/sms/pricing. Estimates are counted by it.",
    say: ({ pricePerSegment }) => `$${pricePerSegment}`,
  },
  CARRIER_FEE_PER_SEGMENT: {
    label: "Carriers' fee on a segment",
    hint: "In dollars, such as 0.0045: what the members' carriers add. 0 where the price has it in it already.",
    say: ({ carrierFeePerSegment: fee }) => (fee === 0 ? "none" : `$${fee}`),
  },
  SLACK_ALERT_CHANNEL: {
    label: "Board's channel",
    hint: "Where reviews and alerts stand. Invite Headgate into it first. Alerts that are posted stay where they are.",
    say: ({ channel }) => channel ?? `${NONE}: each author sees their alerts alone`,
  },
};

/** "9 in the evening to 8 in the morning" */
const describeQuietHours = ({ from, until }: QuietHours): string =>
  `${describeHour(from)} to ${describeHour(until)}`;

/** How many characters fit into a message of this many segments, by how they are written. */
export const mostCharacters = (segments: number) => ({
  "GSM-7": segments * PER_SEGMENT["GSM-7"],
  "UCS-2": segments * PER_SEGMENT["UCS-2"],
});
