// /alert and Edit: the modal in which an alert is written.
import type { KnownBlock, ModalView, PlainTextOption } from "@slack/web-api";
import { z } from "zod";
import { countReachableInAll, listReachableZones, type ReachableZone } from "../../alerts/audience.ts";
import { type DraftRefusal, saveDraft, whyNotOwnDraft } from "../../alerts/draft.ts";
import { findWhatIsOpen, listOpenReviews } from "../../alerts/open-reviews.ts";
import type { BoardMember } from "../../board/allowlist.ts";
import type { Settings } from "../../config.ts";
import { type AlertKind, alertKind } from "../../db/schema.ts";
import { readAlert } from "../../outcomes/read-alert.ts";
import { kindNames } from "../../outcomes/summary.ts";
import { mostCharacters } from "../../settings/contents.ts";
import { saysFrom } from "../../text/content.ts";
import { decodeSlackText } from "../../text/slack-markup.ts";
import { plural } from "../../text/words.ts";
import { asksForHelp, tellHelp } from "../help/help.ts";
import { asAbove, withAbove } from "../wire/form.ts";
import type {
  ActionInput,
  Answer,
  CommandInput,
  ShortcutInput,
  SlackContext,
  SubmissionInput,
} from "../wire/listener.ts";
import { clip, input, modal, plainContext } from "../words/blocks.ts";
import { openReviewBlocks } from "./open-reviews.ts";
import { KEPT, keptView, showReview } from "./reviewed.ts";
import { listUnderWayBlocks } from "./under-way.ts";

/**
 * The most that Slack allows in a plain_text_input. The field names no limit of its own, because that depends on the
 * characters: the hint says it, and Review says by how much a text is too long.
 */
const MAX_INPUT = 3000;
const ALL_ZONES = "all";
const COMPOSE = "compose";

type Prefill = {
  text: string;
  kind?: string;
  zoneIds?: readonly number[];
  allZones?: boolean;
  replaces?: number;
};

/** /alert */
export async function newAlert(
  { member, recordLook, text, triggerId }: CommandInput,
  context: SlackContext,
): Promise<Answer> {
  if (asksForHelp(text)) return tellHelp(member, context);
  const prefill = { text: greet(decodeSlackText(text), context.settings.organization) };
  // Side by side: Slack waits three seconds at most, and the person too.
  const [answer] = await Promise.all([
    openForm(context, triggerId, prefill, listOpenBlocks(member, context)),
    recordLook({ action: "opened" }),
  ]);
  return answer;
}

/** The form that a button was pressed in: what stands above its fields is said as it is now. */
export async function refreshForm(
  { member, view, viewId }: ActionInput,
  context: SlackContext,
): Promise<void> {
  if (!view || viewId === undefined || view.callback_id !== COMPOSE) return;
  const above = await listOpenBlocks(member, context);
  // The form may be closed by now. They are told what came of their press in any case.
  await context.client.views.update({ view_id: viewId, view: withAbove(view, above) }).catch(() => {});
}

/** A text begins with whom it is from: whoever types it after the command need not think of that. */
function greet(text: string, organization: string | undefined): string {
  if (!organization || saysFrom(text, organization)) return text;
  return `${organization}: ${text.trim()}`;
}

/** What one should know before writing. */
async function listOpenBlocks(member: BoardMember, { look, settings }: SlackContext): Promise<KnownBlock[]> {
  const open = await findWhatIsOpen(look, member);
  const [underWay, reviews] = await Promise.all([
    open.underWay ? listUnderWayBlocks(look) : [],
    open.reviews ? listOpenReviews(look, member) : [],
  ]);
  return [...underWay, ...openReviewBlocks(reviews, settings)];
}

/** "Write an alert": the shortcut, which works wherever one is in Slack, and the button on the Home. */
export const writeAlert = (input: ShortcutInput, context: SlackContext): Promise<Answer> =>
  newAlert({ ...input, text: "" }, context);

export async function editAlert(
  { member, ids: [alertId = 0], triggerId }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const alert = await readAlert(context.look, alertId);
  const refused = whyNotOwnDraft(alert, member);
  if (!alert || refused) return { tell: EDIT_REFUSALS[refused ?? "not there"] };
  const { id, text, kind, zoneIds, allZones } = alert;
  return openForm(context, triggerId, { text, kind, zoneIds, allZones, replaces: id });
}

const EDIT_REFUSALS: Record<DraftRefusal, string> = {
  "not the author": "Only its author can edit this alert.",
  "sent already": "This alert can't be edited any more: it was sent. Its message shows what became of it.",
  "discarded already": "This draft was discarded, so it can't be edited any more. Begin again with /alert.",
  "not there": "This draft is not there.",
};

async function openForm(
  { look, client, settings }: SlackContext,
  triggerId: string,
  prefill: Prefill,
  knownAbove: Promise<KnownBlock[]> | readonly KnownBlock[] = [],
): Promise<Answer> {
  const [zones, inAll, above] = await Promise.all([
    listReachableZones(look),
    countReachableInAll(look),
    knownAbove,
  ]);
  if (zones.length === 0) {
    return {
      tell: "There are no members and zones yet. Whoever set up Headgate can import a list of them.",
    };
  }
  return {
    after: () =>
      client.views.open({
        trigger_id: triggerId,
        view: composeView(zones, prefill, { settings, above, inAll }),
      }),
  };
}

/** What was written is checked and kept as a draft; the form turns into a link to its review. */
export async function reviewAlert(
  { member, change, values, metadata, viewId }: SubmissionInput,
  context: SlackContext,
): Promise<Answer> {
  const { zones, kind, message } = Values.parse(values);
  const replaces = Metadata.parse(JSON.parse(metadata)).replaces;
  const chosen = zones.zones.selected_options.map(({ value }) => value);
  const draft = {
    author: { teamId: member.teamId, userId: member.userId },
    kind: kind.kind.selected_option?.value,
    zoneIds: chosen.filter((value) => value !== ALL_ZONES).map(Number),
    allZones: chosen.includes(ALL_ZONES),
    text: message.message.value ?? "",
    viewId,
  };
  const moment = { settings: context.settings, now: context.now() };
  const result = await change((tx) => saveDraft(tx, draft, moment, replaces));
  if ("problems" in result) return { errors: result.problems };
  // The words stay in the form, where they can be copied.
  if ("refused" in result) {
    const cure = "To say this in a new alert, copy your message, close this window, and type /alert.";
    return { failed: `Your change was not kept. ${EDIT_REFUSALS[result.refused]} ${cure}` };
  }
  const after = () => showReview(context, result.alertId, viewId);
  return { view: keptView(), tell: KEPT, after };
}

const Values = z.object({
  zones: z.object({ zones: z.object({ selected_options: z.array(z.object({ value: z.string() })) }) }),
  kind: z.object({ kind: z.object({ selected_option: z.object({ value: z.string() }).nullish() }) }),
  message: z.object({ message: z.object({ value: z.string().nullish() }) }),
});
const Metadata = z.object({ replaces: z.int32().optional() });

/** What a kind changes, in 75 characters. */
const KIND_DOES: Record<AlertKind, string> = {
  emergency: "Goes before all others, at any hour. At its end you see whom to call.",
  service: "Waits for emergencies. At night you are warned before it goes out.",
  meeting: "Like a service notice, but easier to tell apart in the log.",
  other: "Like a service notice, for all that is none of these.",
};

const option = (value: string, text: string): PlainTextOption => ({
  value,
  text: { type: "plain_text", text: clip(text, 75), emoji: false },
});

type Around = {
  settings: Pick<Settings, "longestText" | "questionsNumber">;
  /** What the person should know before they write. */
  above?: readonly KnownBlock[];
  /** How many are reached who are in all zones. */
  inAll?: number;
};

/** At most 99 zones, as many as the import lets in, fit beside "All zones". */
export function composeView(
  zones: readonly ReachableZone[],
  { text, kind, zoneIds = [], allZones = false, replaces }: Prefill,
  { settings: { longestText, questionsNumber }, above = [], inAll = 0 }: Around,
): ModalView {
  const most = mostCharacters(longestText);
  const everybody = zones.reduce((sum, { reachable }) => sum + reachable, inAll);
  const all = option(ALL_ZONES, `All zones (${plural(everybody, "member")})`);
  const each = zones.map(({ id, name, reachable }) => ({
    id,
    option: option(String(id), `${name} (${plural(reachable, "member")})`),
  }));
  const chosenZones = allZones
    ? [all]
    : each.filter(({ id }) => zoneIds.includes(id)).map((zone) => zone.option);
  const kinds = alertKind.enumValues.map((kind) => ({
    ...option(kind, kindNames[kind]),
    description: { type: "plain_text" as const, text: KIND_DOES[kind] },
  }));
  const chosenKind = kinds.find(({ value }) => value === kind);
  const blocks: KnownBlock[] = [
    ...asAbove(above),
    plainContext("Nothing is sent by this window. Next you see who would get what, and decide then."),
    input(
      "zones",
      "Zones",
      {
        type: "multi_static_select",
        placeholder: { type: "plain_text", text: "Choose zones" },
        options: [all, ...each.map((zone) => zone.option)],
        ...(chosenZones.length > 0 && { initial_options: chosenZones }),
      },
      "With the number of members that a text reaches now.",
    ),
    input("kind", "Kind", {
      type: "radio_buttons",
      options: kinds,
      ...(chosenKind && { initial_option: chosenKind }),
    }),
    input(
      "message",
      "Message",
      {
        type: "plain_text_input",
        multiline: true,
        ...(text !== "" && { initial_value: clip(text, MAX_INPUT) }),
      },
      `Who it is from, where, what to do, and until when. ${questionsNumber ? `For questions: ${questionsNumber}. ` : ""}` +
        `Up to ${most["GSM-7"]} characters; ${most["UCS-2"]} with emoji, or with letters such as í.`,
    ),
  ];
  return modal({
    title: replaces === undefined ? "New alert" : "Edit alert",
    form: { name: COMPOSE, metadata: JSON.stringify({ replaces }), submit: "Review" },
    blocks,
  });
}
