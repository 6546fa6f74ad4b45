// Whether this machine's clock is right: Slack refuses to be answered, and we refuse Slack, where the two are five
// minutes apart (https://docs.slack.dev/authentication/verifying-requests-from-slack). Every answer of Slack and of
// the gateway carries the time, so nobody else need be asked.
import { type Clock, systemClock } from "../clock.ts";
import type { Findings } from "./check.ts";

/** Answers take a while, and name whole seconds. */
const WORTH_SAYING_MS = 60_000;
/** Below Slack's five minutes, because a clock that is off drifts on. */
const TOO_MUCH_MS = 4 * 60_000;
/** What was heard longer ago says nothing any more: the clock may have been put right. */
const HEARD_WITHIN_MS = 10 * 60_000;

/** Takes the Date header of an answer that has just come. */
type NoteTime = (date: string | null | undefined) => void;

export type ClockCheck = {
  noteSlack: NoteTime;
  noteGateway: NoteTime;
  look(): Promise<Findings>;
};

export function createClockCheck({
  now = () => new Date(),
  clock = systemClock,
}: {
  now?: (() => Date) | undefined;
  clock?: Clock;
} = {}): ClockCheck {
  const heard: { slack?: Heard; gateway?: Heard } = {};
  const noteFor = (who: keyof typeof heard) => (date: string | null | undefined) => {
    const theirs = Date.parse(date ?? "");
    if (Number.isNaN(theirs)) return;
    heard[who] = { ahead: now().getTime() - theirs, at: clock.monotonic() };
  };
  const isRecent = (each: Heard | undefined) =>
    each !== undefined && clock.monotonic() - each.at < HEARD_WITHIN_MS;

  return {
    noteSlack: noteFor("slack"),
    noteGateway: noteFor("gateway"),
    look: async () => {
      // It is Slack's clock that requests are held against. Where Slack is away, the gateway's is as good.
      const { ahead = 0 } = [heard.slack, heard.gateway].find(isRecent) ?? {};
      const off = Math.abs(ahead);
      if (off < WORTH_SAYING_MS) return {};
      const words =
        `This machine's clock is ${describe(off)} ${ahead > 0 ? "fast" : "slow"}. From five minutes on, every ` +
        "request of Slack is refused. Have the machine set its clock by itself (on Linux: timedatectl set-ntp true).";
      return off < TOO_MUCH_MS ? { remarks: [words] } : { problems: [words] };
    },
  };
}

/** By how much we were ahead of them, and when that was. */
type Heard = { ahead: number; at: number };

function describe(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 120) return minutes === 1 ? "1 minute" : `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
