// Failures that say something of more than the one phone, and what the board can do about it. Pure.
import { plural } from "../text/words.ts";

type Alarm = { codes: readonly number[]; from: number; words: (count: number) => string };

/** What the codes mean: https://www.twilio.com/docs/api/errors */
const ALARMS: readonly Alarm[] = [
  {
    codes: [30004, 30007],
    // Fewer may just have blocked our number themselves.
    from: 10,
    words: (count) =>
      `${plural(count, "text")} were blocked by carriers, which take them for unwanted. Sending the same again ` +
      "does not help: ask Twilio's support why, before the next alert.",
  },
  {
    codes: [30023, 30027],
    from: 1,
    words: (count) =>
      `A carrier takes no more texts from our number today: ${plural(count, "phone")} on it can't be reached ` +
      "by text before tomorrow.",
  },
];

export type FailureCode = { code: number; count: number };

export function listAlarms(failures: readonly FailureCode[]): string[] {
  return ALARMS.flatMap(({ codes, from, words }) => {
    const count = failures.reduce((sum, each) => sum + (codes.includes(each.code) ? each.count : 0), 0);
    return count >= from ? [words(count)] : [];
  });
}
