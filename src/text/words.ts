// Counts, money and times as people write them. Pure.

// Made once, when the program starts: the first one takes some milliseconds, which nobody should wait for.
const counts = new Intl.NumberFormat("en-US");
const cents = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export const number = (count: number): string => counts.format(count);

const SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** A small count as a word of its sentence: "one", "12". */
export const asWord = (count: number): string => SMALL[count] ?? number(count);

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`;

/** With one space for whatever stood between two words. */
export const oneLine = (text: string): string => text.trim().replace(/\s+/g, " ");

/** Words as they stand in a sentence, at its beginning. */
export const asSentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** In whole words: "about 2 minutes". */
export function describeDuration(seconds: number): string {
  if (seconds < 50) return "less than a minute";
  if (seconds < 90 * 60) return `about ${plural(Math.max(1, Math.round(seconds / 60)), "minute")}`;
  return `about ${plural(Math.round(seconds / 3600), "hour")}`;
}

/** Less than a cent is not nothing. */
export const money = (dollars: number): string =>
  dollars > 0 && dollars < 0.005 ? "less than $0.01" : `$${cents.format(dollars)}`;

const MOMENT = {
  weekday: "short",
  month: "short",
  day: "numeric",
  year: "numeric",
  hour: "numeric",
  minute: "2-digit",
} as const;

/** In the co-op's own time: "Tue, Mar 3, 2026, 2:05 PM". */
export function describeTime(time: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-US", { timeZone, ...MOMENT }).format(time);
}

/** The same, where somebody may read it elsewhere: "Tue, Mar 3, 2026, 2:05 PM MST". */
export function describeTimeAndZone(time: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-US", { timeZone, ...MOMENT, timeZoneName: "short" }).format(time);
}

/** In the co-op's own time: "2:05 PM". */
export const describeClock = (time: Date, timeZone: string): string =>
  new Intl.DateTimeFormat("en-US", { timeZone, hour: "numeric", minute: "2-digit" }).format(time);

/** "9 in the evening", "7:30 in the morning". @param minutes of the day, not of the afternoon */
export function describeHour(minutes: number): string {
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60];
  const clock = `${hour % 12 || 12}${minute === 0 ? "" : `:${String(minute).padStart(2, "0")}`}`;
  return `${clock} in the ${hour < 12 ? "morning" : "evening"}`;
}

/** Whose hours these are, by the place that the zone is named after: "Denver time". */
export const nameTimeZone = (timeZone: string): string =>
  timeZone.includes("/") ? `${timeZone.split("/").at(-1)?.replaceAll("_", " ")} time` : timeZone;

/** "2026-03-03": the day as lists and settings write it. */
export const isoDay = (time: Date, timeZone: string): string =>
  new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(time);
