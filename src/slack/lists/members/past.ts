// What was sent to a member and what became of it, what they wrote, and who changed what: each in pages, the newest
// first.
import type { ModalView } from "@slack/web-api";
import { listMemberEntries } from "../../../audit/audit.ts";
import { readCard } from "../../../members/people/card.ts";
import { listNumbersOf } from "../../../members/people/theirs.ts";
import { listSentToMember } from "../../../outcomes/of-member.ts";
import { listWrittenByMember } from "../../../replies/of-member.ts";
import { nameTimeZone } from "../../../text/words.ts";
import type { ActionInput, Answer, SlackContext } from "../../wire/listener.ts";
import { actions, button, modal, sections, context as small } from "../../words/blocks.ts";
import { GONE } from "./answers.ts";
import { sentLine, writtenLine } from "./past-lines.ts";
import { update } from "./place.ts";
import { describeMemberEntry, said } from "./words.ts";

export const PAST_PER_PAGE = 15;

/** Buttons name them by their place here. */
export const pasts = ["sent", "written", "changes"] as const;
type Past = (typeof pasts)[number];

const TITLES: Record<Past, string> = {
  sent: "What was sent",
  written: "What they wrote",
  changes: "Who changed what",
};
const NOTHING: Record<Past, string> = {
  sent: "Nothing was sent to them.",
  written: "They wrote nothing.",
  changes: "Nothing was changed since they came onto the list.",
};

export const openPast =
  (past: Past) =>
  async (
    { recordLook, ids: [memberId = 0], triggerId }: ActionInput,
    context: SlackContext,
  ): Promise<Answer> => {
    const view = await readPast(context, { past, memberId });
    if (!view) return GONE;
    await recordLook({ action: "viewed member", memberId });
    return { after: () => context.client.views.push({ trigger_id: triggerId, view }) };
  };

/** No further window has room on top of this one: what is to be said is said in it. */
export async function turnPast(
  { ids: [memberId = 0, nth = 0, before = 0], viewId }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const past = pasts[nth];
  if (viewId === undefined || past === undefined) return {};
  const at = before === 0 ? undefined : before;
  const view = (await readPast(context, { past, memberId, before: at })) ?? gonePage(past);
  return { after: () => update(context, viewId, view) };
}

const gonePage = (past: Past): ModalView =>
  pastView(
    {
      past,
      memberId: 0,
      name: "Nobody",
      lines: ["They are not on the list any more."],
      isFirst: true,
      next: undefined,
    },
    "UTC",
  );

type Page = { past: Past; memberId: number; before?: number | undefined };

async function readPast(
  { look, settings: { timeZone }, gateway }: Pick<SlackContext, "look" | "settings" | "gateway">,
  { past, memberId, before }: Page,
): Promise<ModalView | undefined> {
  const card = await readCard(look, memberId);
  if (!card) return undefined;
  const read: Record<Past, () => Promise<{ lines: string[]; next: number | undefined }>> = {
    sent: async () => {
      const { sent, next } = await listSentToMember(look, memberId, { before, alerts: PAST_PER_PAGE });
      return { lines: sent.map((each) => sentLine(each, { timeZone, gateway })), next };
    },
    written: async () => {
      const { texts, next } = await listWrittenByMember(look, memberId, { before, limit: PAST_PER_PAGE });
      return { lines: texts.map((each) => writtenLine(each, timeZone)), next };
    },
    changes: async () => {
      const phones = await listNumbersOf(look, memberId);
      const { entries, next } = await listMemberEntries(
        look,
        { memberId, phones },
        { before, limit: PAST_PER_PAGE },
      );
      return { lines: entries.map((each) => describeMemberEntry(each, timeZone)), next };
    },
  };
  const page = await read[past]();
  return pastView({ past, memberId, name: card.name, ...page, isFirst: before === undefined }, timeZone);
}

export type PastPage = {
  past: Past;
  memberId: number;
  name: string;
  lines: readonly string[];
  isFirst: boolean;
  /** Before what the next page begins. */
  next: number | undefined;
};

export function pastView(page: PastPage, timeZone: string): ModalView {
  const { past, memberId, name, lines, isFirst, next } = page;
  const about = `${memberId}:${pasts.indexOf(past)}`;
  const turns = [
    ...(isFirst ? [] : [button("past-newest", "Newest", `${about}:0`)]),
    ...(next === undefined ? [] : [button("past-older", "Older", `${about}:${next}`)]),
  ];
  return modal({
    title: TITLES[past],
    blocks: [
      small(`${said(name, 100)}, the newest first. Times are ${nameTimeZone(timeZone)}.`),
      ...(lines.length > 0 ? lines.flatMap((line) => sections([line])) : sections([NOTHING[past]])),
      ...(turns.length > 0 ? [actions(...turns)] : []),
    ],
  });
}
