// The co-op's own settings, as text: which there are, and what may stand in each. The environment is read by config.ts,
// what admins typed in Slack by settings/, and both by these.
import { z } from "zod";

export const number = (least: number, most: number, what: string) => {
  const problem = `must be a number from ${least} to ${most}: ${what}`;
  return z.coerce.number(problem).min(least, problem).max(most, problem);
};
/** People write "$0.0083". */
const dollars = (what: string) =>
  z.preprocess((text) => (typeof text === "string" ? text.replace(/^\s*\$/, "") : text), number(0, 10, what));

/**
 * A place, whose clock its people live by. EST, EST5EDT, GMT+5 and -05:00 are none, and an hour off for half of the
 * year, or soon; UTC and Etc/… are where servers live.
 */
export const isPlace = (zone: string): boolean => {
  if (!zone.includes("/") || /^Etc\//i.test(zone)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};

/** In minutes of the day: they begin in the evening, and end in the morning. */
export type QuietHours = { from: number; until: number };

const MINUTES = 60;
const EVENING = 17 * MINUTES;
const MORNING = 4 * MINUTES;
const NOON = 12 * MINUTES;

/** "21:00", "9:30 pm", "8 am". @returns minutes of the day; undefined where it is no time */
function readClock(text: string): number | undefined {
  const [, hours, minutes = "0", half] =
    /^(\d{1,2})(?::(\d\d))?\s*(?:([ap])\.?m\.?)?$/i.exec(text.trim()) ?? [];
  if (hours === undefined || Number(minutes) >= MINUTES) return undefined;
  if (half === undefined) return Number(hours) < 24 ? Number(hours) * MINUTES + Number(minutes) : undefined;
  if (Number(hours) < 1 || Number(hours) > 12) return undefined;
  const ofHalf = (Number(hours) % 12) * MINUTES + Number(minutes);
  return half.toLowerCase() === "p" ? ofHalf + NOON : ofHalf;
}

/** Who writes when texts do go out, "08:00-21:00", is asked again. */
function readQuietHours(text: string): QuietHours | undefined {
  const [from, until, ...rest] = text.split(/\s*[-–—]\s*|\s+to\s+/i).map(readClock);
  if (from === undefined || until === undefined || rest.length > 0) return undefined;
  return from >= EVENING && until >= MORNING && until < NOON ? { from, until } : undefined;
}

/** By their names in the environment, which are their names in the database too; in the order in which people look through them. */
export const ownSchemas = {
  ORGANIZATION_NAME: z.string().trim().max(40, "must be at most 40 characters"),
  QUESTIONS_NUMBER: z
    .string()
    .trim()
    .regex(
      /^(?=(?:\D*\d){7,15}\D*$)\+?[\d(][\d ().-]{5,19}$/,
      "must be a phone number as your members dial it, such as (206) 555-0134",
    ),
  TIME_ZONE: z
    .string(
      "is the time zone of your members, such as America/Denver: this machine's own is UTC, or no place's",
    )
    .trim()
    .refine(
      isPlace,
      "must be a place in your members' time zone, such as America/Denver: EST, GMT+5 and the like are wrong in summer",
    ),
  QUIET_HOURS: z
    .string()
    .transform(readQuietHours)
    .refine(
      (hours): hours is QuietHours => hours !== undefined,
      "must be from an evening to a morning, such as 21:00-08:00: the hours in which no text should go out",
    ),
  LONGEST_TEXT: number(1, 10, "the most segments that a text may have").int("must be a whole number"),
  SEGMENTS_PER_SECOND: number(0.1, 1000, "how many segments your kind of sender may send a second"),
  PRICE_PER_SEGMENT: dollars("a price in dollars, such as 0.0083"),
  CARRIER_FEE_PER_SEGMENT: dollars("dollars for one segment, such as 0.0045; 0 for none"),
  SLACK_ALERT_CHANNEL: z
    .string()
    .regex(
      /^[CG][A-Z0-9]{2,}$/,
      "must be a channel ID such as C0123ABCD (channel name, About, at the bottom)",
    ),
};

export type OwnName = keyof typeof ownSchemas;
/** What stands in them; what is not set is left out. */
export type OwnTexts = Partial<Record<OwnName, string>>;

/** What holds where nobody has set anything. It goes through the same checks. */
export const ownDefaults = {
  PRICE_PER_SEGMENT: "0.0083",
  CARRIER_FEE_PER_SEGMENT: "0.0045",
  // A toll-free number's.
  SEGMENTS_PER_SECOND: "3",
  // Texts that are no emergency go out from 8 in the morning to 9 in the evening (FCC, 47 CFR 64.1200(c)(1)).
  QUIET_HOURS: "21:00-08:00",
  // Longer is a letter, not a text; and the provider takes at most 1,600 characters.
  LONGEST_TEXT: "6",
} satisfies OwnTexts;
