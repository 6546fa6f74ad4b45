// A draft: what a board member wants to say, checked and counted, before anybody hears it.
import { and, eq, type SQL, sql } from "drizzle-orm";
import { record } from "../audit/audit.ts";
import { isAuthor, type SlackUser } from "../board/allowlist.ts";
import type { Settings } from "../config.ts";
import type { Reader, Tx } from "../db/open.ts";
import { alertKind, alerts, alertTexts } from "../db/schema.ts";
import { mostCharacters } from "../settings/contents.ts";
import { saysSomething } from "../text/content.ts";
import { describeChanges, normalizeText } from "../text/normalize.ts";
import { countSegments, countTooMany, PER_SEGMENT, type Segments } from "../text/segments.ts";
import { decodeSlackText, findSlackMarkup } from "../text/slack-markup.ts";
import { number, plural } from "../text/words.ts";
import { listZones } from "../zones/zones.ts";
import { countAudience, readFingerprint } from "./audience.ts";
import { forgetWarnings, keepWarnings } from "./shown-warnings.ts";
import { findWarnings, type Moment } from "./warnings.ts";
import { lastNews } from "./what-changed.ts";

/** What came from the modal, not yet believed. */
export type DraftInput = {
  author: SlackUser;
  kind: string | undefined;
  zoneIds: readonly number[];
  allZones: boolean;
  /** As Slack delivers it. */
  text: string;
  /** The modal that it was written in. */
  viewId: string;
};

type DraftProblems = Partial<Record<"zones" | "kind" | "message", string>>;

/** Why somebody can't change or discard a draft. */
export type DraftRefusal = "not the author" | "sent already" | "discarded already" | "not there";

export type DraftResult = { alertId: number } | { problems: DraftProblems } | { refused: DraftRefusal };

type CheckedText = {
  text: string;
  segments: number;
  /** What is written otherwise than it was typed, for the author to see. */
  textChanges: string[];
};

/** The exact text that would go out, or what stands in its way. The co-op's name says nothing by itself. */
export function checkText(
  raw: string,
  { organization, longestText }: Pick<Settings, "organization" | "longestText">,
): CheckedText | { problem: string } {
  const typed = decodeSlackText(raw);
  const text = normalizeText(typed);
  const markup = findSlackMarkup(text);
  if (markup !== undefined) {
    const named = markup.length > 60 ? `${markup.slice(0, 60).toWellFormed()}…` : markup;
    const problem = `Phones can't show Slack's "${named}". Write it out in plain words.`;
    // A word between two colons may be no emoji.
    return {
      problem: markup.startsWith(":") ? `${problem} Or put a space behind the first colon.` : problem,
    };
  }
  if (text === "") return { problem: "Write the message that members will get." };
  if (!saysSomething(text, organization)) {
    return {
      problem:
        "This says nothing yet: it has no words beside a name, a link or signs. " +
        "Write what happened, and what members should do.",
    };
  }
  const segments = countSegments(text);
  const tooMany = countTooMany(text, longestText);
  if (tooMany > 0) return { problem: describeTooLong(tooMany, segments, longestText) };
  return { text, segments: segments.count, textChanges: describeChanges(typed) };
}

function describeTooLong(
  tooMany: number,
  { encoding, costlyCharacters }: Segments,
  longestText: number,
): string {
  const most = mostCharacters(longestText);
  const much = tooMany < 20 ? plural(tooMany, "character") : `about ${number(roundUp(tooMany))} characters`;
  const why =
    encoding === "UCS-2"
      ? ` The character ${costlyCharacters[0]} makes every text hold ${PER_SEGMENT["UCS-2"]} characters instead of ` +
        `${PER_SEGMENT["GSM-7"]}: with such characters ${most["UCS-2"]} fit, without them ${most["GSM-7"]}.`
      : ` At most ${most["GSM-7"]} fit.`;
  return `This is ${much} too long. Please shorten it.${why}`;
}

/** Up to tens: taking away that many is always enough. */
const roundUp = (count: number): number => Math.ceil(count / 10) * 10;

/**
 * Saves a new draft, or changes the author's own.
 *
 * @returns the problems by field; or why the draft can't be changed
 */
export async function saveDraft(
  tx: Tx,
  input: DraftInput,
  moment: Moment,
  replaces?: number,
): Promise<DraftResult> {
  const kind = alertKind.enumValues.find((value) => value === input.kind);
  const zones = await checkZones(tx, input);
  const checked = checkText(input.text, moment.settings);
  if (kind === undefined || "problem" in zones || "problem" in checked) {
    const problems: DraftProblems = {};
    if (kind === undefined) problems.kind = "Choose what kind of alert this is.";
    if ("problem" in zones) problems.zones = zones.problem;
    if ("problem" in checked) problems.message = checked.problem;
    return { problems };
  }

  const draft = {
    teamId: input.author.teamId,
    authorId: input.author.userId,
    kind,
    ...zones,
    ...checked,
    reviewedAt: sql`now()`,
  };
  const alert = await putDraft(tx, draft, input, replaces);
  if (!alert) {
    const which = replaces === undefined ? eq(alerts.viewId, input.viewId) : eq(alerts.id, replaces);
    return { refused: await readWhyNot(tx, which, input.author) };
  }
  const warnings = await findWarnings(tx, { ...draft, author: input.author }, moment);
  await forgetWarnings(tx, alert.id);
  await keepWarnings(tx, { alertId: alert.id, version: alert.version }, warnings);
  const [text] = await tx
    .insert(alertTexts)
    .values({ alertId: alert.id, text: draft.text })
    .returning({ id: alertTexts.id });
  await record(tx, {
    actor: input.author,
    action: replaces === undefined ? "reviewed" : "edited",
    alertId: alert.id,
    textId: text?.id,
    detail: { zones: draft.zoneNames, phones: draft.phoneCount, kind },
  });
  return { alertId: alert.id };
}

/** The zones that were chosen, and who would be reached there, or what stands in the way. */
async function checkZones(tx: Tx, { zoneIds: wanted, allZones }: Pick<DraftInput, "zoneIds" | "allZones">) {
  if (allZones && wanted.length > 0) return { problem: "Choose either all zones or some of them, not both." };
  // A zone that is missing or unknown means nobody, never everybody.
  const all = await listZones(tx);
  const chosen = allZones ? all : all.filter(({ id }) => wanted.includes(id));
  if (chosen.length === 0) return { problem: "Choose at least one zone." };
  if (!allZones && chosen.length !== new Set(wanted).size) {
    return { problem: "One of these zones is no longer there. Close this window and begin again." };
  }
  const zoneIds = chosen.map(({ id }) => id);
  // Read before the count: what changes in between is then seen at the confirm.
  const audienceFingerprint = await readFingerprint(tx, zoneIds);
  const { phones: phoneCount, reached: memberCount } = await countAudience(tx, zoneIds);
  if (phoneCount === 0) {
    return { problem: "Nobody in these zones can be reached by text, so nothing would be sent." };
  }
  const zoneNames = chosen.map(({ name }) => name);
  return { zoneIds, zoneNames, allZones, phoneCount, memberCount, audienceFingerprint, newsSeen: lastNews };
}

type Computed = "reviewedAt" | "newsSeen";
type DraftRow = Omit<typeof alerts.$inferInsert, Computed> & Record<Computed, SQL>;

/** @returns undefined if it can't be changed */
async function putDraft(
  tx: Tx,
  draft: DraftRow,
  { author, viewId }: Pick<DraftInput, "author" | "viewId">,
  replaces: number | undefined,
): Promise<{ id: number; version: number } | undefined> {
  const changed = { ...draft, version: sql`${alerts.version} + 1` };
  const saved = { id: alerts.id, version: alerts.version };
  const [alert] =
    replaces === undefined
      ? await tx
          .insert(alerts)
          .values({ ...draft, viewId })
          // Submitted again, because Slack lost our answer: it is still the same draft.
          .onConflictDoUpdate({
            target: alerts.viewId,
            set: changed,
            setWhere: sql`${isOwnDraft(author)} and not ${alerts.edited}`,
          })
          .returning(saved)
      : await tx
          .update(alerts)
          .set({ ...changed, edited: true })
          .where(and(eq(alerts.id, replaces), isOwnDraft(author)))
          .returning(saved);
  return alert;
}

/** @returns why it was not discarded, if it was not */
export async function discardDraft(
  tx: Tx,
  alertId: number,
  user: SlackUser,
): Promise<DraftRefusal | undefined> {
  const discarded = await tx
    .update(alerts)
    .set({
      status: "discarded",
      version: sql`${alerts.version} + 1`,
      discardedAt: sql`now()`,
      discardedBy: user.userId,
    })
    .where(and(eq(alerts.id, alertId), isOwnDraft(user)))
    .returning({ id: alerts.id });
  if (discarded.length === 0) {
    const why = await readWhyNot(tx, eq(alerts.id, alertId), user);
    await record(tx, { actor: user, action: "refused", detail: { what: "discard", why, alertId } });
    return why;
  }
  await record(tx, { actor: user, action: "discarded", alertId });
  return undefined;
}

type Owned = { status: string; teamId: string; authorId: string };

/** @returns undefined if it is this person's draft */
export function whyNotOwnDraft(alert: Owned | undefined, user: SlackUser): DraftRefusal | undefined {
  if (!alert) return "not there";
  if (!isAuthor(alert, user)) return "not the author";
  if (alert.status === "draft") return undefined;
  return alert.status === "discarded" ? "discarded already" : "sent already";
}

async function readWhyNot(db: Reader, which: SQL, user: SlackUser): Promise<DraftRefusal> {
  const { status, teamId, authorId } = alerts;
  const [alert] = await db.select({ status, teamId, authorId }).from(alerts).where(which);
  return whyNotOwnDraft(alert, user) ?? "sent already";
}

const isOwnDraft = ({ teamId, userId }: SlackUser): SQL =>
  sql`${alerts.status} = 'draft' and ${alerts.teamId} = ${teamId} and ${alerts.authorId} = ${userId}`;
