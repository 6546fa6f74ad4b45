// All that can go wrong at Slack and Twilio, by name: the practice page shows it, and stories play it.

import { inJson } from "../stand-ins/http.ts";
import type { Behaviour } from "../stand-ins/misbehaviour.ts";
import * as atSlack from "../stand-ins/slack/misbehaviour.ts";
import type { SlackPerson, StandInSlack } from "../stand-ins/slack/slack.ts";
import { personOf } from "../stand-ins/slack/workspace.ts";
import { type Refusal, refusal } from "../stand-ins/twilio/errors.ts";
import * as atTwilio from "../stand-ins/twilio/misbehaviour.ts";
import type { StandInTwilio } from "../stand-ins/twilio/twilio.ts";

export type Makers = { slack: StandInSlack; twilio: StandInTwilio };

/** A request to create a text, to look for one or at the account; `n`: the trouble's nth. */
export type AskedTwilio = atTwilio.Asked & { kind: atTwilio.Kind; n: number };
/** Its kind is the method's name. */
type AskedSlack = atSlack.Asked & { kind: string; n: number };

export type Trouble = {
  /** What a person reads, at its switch and while it lasts. */
  says: string;
  /** What they can look at meanwhile. */
  hint?: string;
  /** It ends by itself after so many seconds, or requests that it met. */
  seconds?: number;
  times?: number;
  /** What a request meets. @param over when the trouble is over */
  twilio?: (asked: AskedTwilio, over: Promise<void>) => Behaviour | undefined;
  slack?: (asked: AskedSlack, over: Promise<void>) => Behaviour | undefined;
  /** What is not as usual at Slack or Twilio themselves. */
  state?: { set(makers: Makers, isOn: boolean): void; isOn(makers: Makers): boolean };
};

const each = (behaviour: Behaviour) => () => behaviour;
const texts = (behaviour: Behaviour) => ({
  twilio: ({ kind }: AskedTwilio) => (kind === "create" ? behaviour : undefined),
});
const questions = (behaviour: Behaviour) => ({
  twilio: ({ kind }: AskedTwilio) => (kind === "look" ? behaviour : undefined),
});
const account = (behaviour: Behaviour) => ({
  twilio: ({ kind }: AskedTwilio) => (kind === "account" ? behaviour : undefined),
});
/** Of the invented co-op. */
const JUNE = "U0JUNE";
const person = (
  is: (person: SlackPerson) => boolean,
  change: (isOn: boolean) => Parameters<StandInSlack["changePerson"]>[1],
) => ({
  state: {
    set: ({ slack }: Makers, isOn: boolean) => slack.changePerson(JUNE, change(isOn)),
    isOn: ({ slack }: Makers) => is(personOf(slack.workspace, JUNE)),
  },
});
const files = (answer: Behaviour["answer"] & {}) => ({
  slack: ({ kind }: AskedSlack) => (kind === "file_download" ? { answer } : undefined),
});
const { resetBefore, resetAfter } = atTwilio.behaviours;
const never = new Promise<never>(() => {});
const suspended = { answer: inJson(200, { status: "suspended" }) };

/** A member of the invented co-op has a number there. */
const ABROAD = "+1604";

/** What the page offers, in its order. */
export const offered = {
  "twilio-busy": {
    says: "Twilio is busy, and takes no text for now",
    hint: "An alert that is being sent says why it waits. When this ends, it goes on.",
    ...texts(atTwilio.behaviours.throttled),
  },
  "twilio-answer-lost": {
    says: "Twilio's answers to the next three texts get lost",
    hint: "Two have arrived all the same, and Headgate finds them. One has not: after a minute (outside of practice ten) it may be resent.",
    times: 3,
    twilio: ({ kind, n }) => (kind === "create" ? (n === 2 ? resetBefore : resetAfter) : undefined),
  },
  "twilio-suspended": {
    says: "The Twilio account is suspended",
    hint: "The alert halts, and says so. End this, then press Resume.",
    twilio: ({ kind }) =>
      kind === "create" ? atTwilio.refuses(30002) : kind === "account" ? suspended : undefined,
  },
  "number-abroad": {
    says: "The Twilio account may not text abroad, where one member's number is",
    hint: "Send to Mill Flats: one number is not reached, and the thread says what can be done.",
    state: {
      set: ({ twilio }, isOn) => {
        twilio.account.closed = isOn ? [ABROAD] : [];
      },
      isOn: ({ twilio }) => twilio.account.closed.length > 0,
    },
  },
  "slack-away": {
    says: "Slack does not answer Headgate, for a minute",
    hint: "An alert under way goes on, and its message catches up afterwards.",
    seconds: 60,
    slack: each(atSlack.behaviours.resetBefore),
  },
  "out-of-channel": {
    says: "Headgate is taken out of the board's channel",
    hint: "Alerts go on in direct messages.",
    state: {
      set: ({ slack }, isOn) => (isOn ? slack.removeApp : slack.inviteApp)(slack.channelId),
      isOn: ({ slack }) =>
        !slack.workspace.channels.get(slack.channelId)?.members.has(slack.workspace.app.userId),
    },
  },
} satisfies Record<string, Trouble>;

const rest = {
  "twilio-unreachable": { says: "Twilio breaks off each text before it has it", ...texts(resetBefore) },
  "twilio-lost": { says: "Twilio takes each text, and its answer gets lost", ...texts(resetAfter) },
  "twilio-unlisted": {
    says: "Twilio takes each text, its answer gets lost, and its lists know it only when this is over",
    twilio: ({ kind }, over) => (kind === "create" ? { ...resetAfter, listedAfter: over } : undefined),
  },
  "twilio-forgets": {
    says: "Twilio takes each text, its answer gets lost, and no list ever knows it",
    twilio: ({ kind }) => (kind === "create" ? { ...resetAfter, listedAfter: never } : undefined),
  },
  "twilio-silent": {
    says: "Twilio has each text, and says nothing more",
    ...texts(atTwilio.behaviours.hangAfter),
  },
  "twilio-hangs": {
    says: "Twilio says nothing, and takes no text",
    ...texts(atTwilio.behaviours.hangBefore),
  },
  "twilio-cut-off": { says: "Twilio's answers break off", ...texts(atTwilio.behaviours.cutOff) },
  "twilio-truncated": {
    says: "Of Twilio's answers half is missing",
    ...texts(atTwilio.behaviours.truncated),
  },
  "twilio-error": {
    says: "Twilio has an error, and takes no text",
    ...texts(atTwilio.behaviours.error500Before),
  },
  "twilio-error-late": {
    says: "Twilio has an error after it took the text",
    ...texts(atTwilio.behaviours.error500After),
  },
  "twilio-odd": { says: "Twilio's answers make no sense", ...texts(atTwilio.behaviours.odd201) },
  "twilio-no-code": {
    says: "Twilio refuses each text, and does not say why",
    ...texts({ accepts: false, answer: { status: 401, body: "<html>no</html>" } }),
  },
  "twilio-in-between": {
    says: "Something in front of Twilio refuses each text: too many",
    ...texts({ accepts: false, answer: { status: 429, body: "{}" } }),
  },
  "twilio-late": {
    says: "Twilio takes each text, and answers only when this is over",
    twilio: ({ kind }, over) => (kind === "create" ? { answerAfter: over } : undefined),
  },
  "twilio-later": {
    says: "Twilio takes texts only when this is over",
    twilio: ({ kind }, over) => (kind === "create" ? { acceptAfter: over } : undefined),
  },
  "twilio-mute": { says: "Twilio can't be asked", ...questions({ accepts: false }) },
  "twilio-answers-lost": { says: "Twilio's answers to questions get lost", ...questions(resetAfter) },
  "twilio-names-numbers": {
    says: "Twilio refuses questions, and names the number in its refusal",
    twilio: ({ kind, to }) =>
      kind === "look"
        ? { answer: inJson(400, { code: 20001, message: `To ${to} is odd`, status: 400 }) }
        : undefined,
  },
  "twilio-account-error": {
    says: "Twilio can't be asked about the account",
    ...account(atTwilio.behaviours.error500Before),
  },
  "twilio-account-closed": { says: "Twilio says that the account is suspended", ...account(suspended) },
  "slack-error": { says: "Slack has an error", slack: each(atSlack.behaviours.error500Before) },
  "slack-overloaded": { says: "Slack is overloaded", slack: each(atSlack.behaviours.error503Before) },
  "slack-unreachable": { says: "Slack can't be reached", slack: each(atSlack.behaviours.resetBefore) },
  "slack-lost": {
    says: "Slack does what it is asked, and its answer gets lost",
    slack: each(atSlack.behaviours.resetAfter),
  },
  "slack-busy": { says: "Slack has Headgate come again a second later", slack: each(atSlack.rateLimited(1)) },
  "channel-archived": {
    says: "The board's channel is archived",
    state: {
      set: ({ slack }, isOn) => slack.archive(slack.channelId, isOn),
      isOn: ({ slack }) => slack.workspace.channels.get(slack.channelId)?.isArchived === true,
    },
  },
  uninstalled: {
    says: "Headgate is uninstalled from Slack",
    state: {
      set: ({ slack }, isOn) => (isOn ? slack.uninstallApp() : slack.reinstallApp()),
      isOn: ({ slack }) => slack.workspace.conditions.tokenError !== undefined,
    },
  },
  "files-elsewhere": {
    says: "Slack names a host for files that is not its own",
    state: {
      set: ({ slack }, isOn) => slack.wantFilesElsewhere(isOn),
      isOn: ({ slack }) => slack.workspace.conditions.wantsFilesElsewhere,
    },
  },
  "account-closed": {
    says: "The Slack account of an operator, June Okafor, is closed",
    ...person(
      ({ deleted }) => deleted,
      (isOn) => ({ deleted: isOn }),
    ),
  },
  "made-guest": {
    says: "An operator, June Okafor, is made a guest in Slack",
    ...person(
      ({ isRestricted }) => isRestricted,
      (isOn) => ({ isRestricted: isOn }),
    ),
  },
  "file-elsewhere": {
    says: "Slack sends Headgate to another host for a file that somebody uploaded",
    ...files({ status: 302, body: "", headers: { location: "http://127.0.0.1:9/elsewhere" } }),
  },
  "file-page": {
    says: "Instead of a file that somebody uploaded, Slack shows Headgate a page",
    ...files({
      status: 200,
      body: "<!DOCTYPE html><p>Sign in</p>",
      headers: { "content-type": "text/html" },
    }),
  },
  "file-cut-off": {
    says: "Files that somebody uploaded break off on their way to Headgate",
    ...files("cut off"),
  },
  "no-editing": {
    says: "Messages can't be changed once they are posted",
    state: {
      set: ({ slack }, isOn) => slack.allowEditing(isOn ? 0 : undefined),
      isOn: ({ slack }) => slack.workspace.conditions.minutesToEdit !== undefined,
    },
  },
} satisfies Record<string, Trouble>;

const named: Record<string, Trouble> = { ...offered, ...rest };

const inWords = ({ code, message }: Refusal) => `${message.replace(/\.$/, "")} (${code})`;

/**
 * By any of the names, or by what is refused: `twilio-21614` (each text, with that code of Twilio's),
 * `twilio-look-20404` (each question), `slack-token_revoked` (whatever Slack is asked).
 */
export function findTrouble(name: string): Trouble | undefined {
  if (Object.hasOwn(named, name)) return named[name];
  const [, look, code] = /^twilio-(look-)?(\d{5})$/.exec(name) ?? [];
  if (code !== undefined) {
    const refused = atTwilio.refuses(Number(code));
    const what = look ? "each question" : "each text";
    const says = `Twilio refuses ${what}: ${inWords(refusal(Number(code)))}`;
    return { says, ...(look ? questions(refused) : texts(refused)) };
  }
  const [, error] = /^slack-([a-z]+(?:_[a-z]+)+)$/.exec(name) ?? [];
  if (error !== undefined)
    return { says: `Slack refuses what it is asked: ${error}`, slack: each(atSlack.refuses(error)) };
  return undefined;
}

/** Those that have a name of their own. */
export const troubleNames: readonly string[] = Object.keys(named);
