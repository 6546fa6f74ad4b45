// Who is left out, and why; once the alert was sent also who was not reached: by name and with a number to call,
// for whoever tells them in another way. The board looks at it in Slack. As a file only the alert's author and
// admins have it: the author has to reach these people tonight, and admins may read the whole log anyway.
import type { Button, ModalView } from "@slack/web-api";
import type { Audience } from "../../alerts/audience.ts";
import { record } from "../../audit/audit.ts";
import { type BoardMember, isAuthor, mayActAs } from "../../board/allowlist.ts";
import type { ReadRows } from "../../db/snapshot.ts";
import {
  countStatuses,
  countUnreached,
  type LeftOutCounts,
  outcomes,
  unreached,
} from "../../outcomes/counts.ts";
import { countLeftOutNow } from "../../outcomes/left-out.ts";
import { type Alert, type AlertWithCounts, readAlert } from "../../outcomes/read-alert.ts";
import { summarizeLeftOut, summarizeLeftOutNow } from "../../outcomes/summary.ts";
import {
  FIRST,
  listAllUnreached,
  listUnreached,
  type Unreached,
  type UnreachedFrom,
} from "../../outcomes/unreached.ts";
import { number } from "../../text/words.ts";
import { phoneCell, toCsv } from "../files/csv.ts";
import type { ActionInput, Answer, SlackContext } from "../wire/listener.ts";
import { actions, button, modal, section, sections, context as small } from "../words/blocks.ts";
import { unreachedLines } from "./thread.ts";

export const UNREACHED_PER_PAGE = 40;
const NOT_THERE: Answer = { tell: "This alert is not there." };

export async function openUnreached(
  { member, recordLook, ids: [alertId = 0], triggerId }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const view = await readPage(context, member, alertId, FIRST);
  if (!view) return NOT_THERE;
  await recordLook({ action: "viewed unreached", alertId });
  return { after: () => context.client.views.open({ trigger_id: triggerId, view }) };
}

export async function turnUnreached(
  { member, ids: [alertId = 0, position = 0, leftOut = 0], viewId }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const view = await readPage(context, member, alertId, { position, leftOut });
  if (!view || !viewId) return NOT_THERE;
  return { after: () => context.client.views.update({ view_id: viewId, view }) };
}

export async function exportUnreached(
  { member, change, recordLook, ids: [alertId = 0] }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const alert = await readAlert(context.look, alertId);
  if (!alert) return NOT_THERE;
  if (!mayExport(member, alert)) {
    const detail = { what: "unreached-export", why: "not the author" };
    await change((tx) => record(tx, { actor: member, action: "refused", alertId, detail }));
    return {
      tell: "Only the alert's author, admins and viewers can have this list as a file. This was recorded.",
    };
  }
  return context.sendFiles(member.userId, {
    what: `Unreached by alert ${alertId}`,
    record: () => recordLook({ action: "exported", alertId }),
    tell: "The list is on its way to you as a direct message from Headgate.",
    comment: "Who should be told in another way. It names members' phones: keep it safe.",
    contents: { [`not-reached-by-alert-${alertId}.csv`]: (rows) => unreachedCsv(rows, alert, context) },
  });
}

const mayExport = (member: BoardMember, alert: Alert): boolean =>
  mayActAs(member.role, "viewer") || isAuthor(alert, member);

const unreachedCsv = (rows: ReadRows, alert: Alert, { gateway, settings }: SlackContext) =>
  toCsv(
    listAllUnreached(rows, alert, gateway),
    {
      outcome: (row) => row.outcome,
      reason: (row) => row.why,
      account: (row) => row.accounts,
      name: (row) => row.names,
      zone: (row) => row.zones,
      phone: (row) => phoneCell(row.phone),
    },
    settings.timeZone,
  );

async function readPage(
  { look, gateway }: SlackContext,
  member: BoardMember,
  alertId: number,
  from: UnreachedFrom,
): Promise<ModalView | undefined> {
  const alert = await readAlert(look, alertId);
  if (!alert) return undefined;
  const leftOut = alert.isFrozen ? alert.leftOut : await countLeftOutNow(look, alert.zoneIds);
  const page = await listUnreached(look, alert, gateway, { from, limit: UNREACHED_PER_PAGE });
  const isFirst = from.position === 0 && from.leftOut === 0;
  return unreachedView({
    alert: { ...alert, leftOut },
    ...page,
    isFirst,
    mayExport: mayExport(member, alert),
  });
}

export type UnreachedPage = {
  alert: AlertWithCounts;
  people: readonly Unreached[];
  isFirst: boolean;
  next: UnreachedFrom | undefined;
  mayExport: boolean;
};

export function unreachedView({ alert, people, isFirst, next, mayExport }: UnreachedPage): ModalView {
  const { id, counts, leftOut } = alert;
  const told = (["not reached", "not sent"] as const)
    .map((outcome) => ({ outcome, count: countStatuses(counts, outcomes[outcome]) }))
    .filter(({ count }) => count > 0)
    .map(({ outcome, count }) => `${number(count)} ${outcome}.`);
  const leftOutWords = alert.status === "draft" ? summarizeLeftOutNow(leftOut) : summarizeLeftOut(leftOut);
  const sums = [...told, leftOutWords].filter((words) => words !== "").join(" ");
  const buttons = [
    ...(isFirst ? [] : [button("unreached-first", "Back to the first", `${id}:0:0`)]),
    ...(next ? [button("unreached-next", "Next", `${id}:${next.position}:${next.leftOut}`)] : []),
    ...(mayExport ? [button("unreached-export", "Send me the list as a file", id)] : []),
  ];
  return modal({
    title: unreachedLabel(alert),
    blocks: [
      section(`*${sums || "Nobody."}*`),
      ...(sums ? [small("Tell them in another way.")] : []),
      ...sections(unreachedLines(people, told.length + (leftOutWords === "" ? 0 : 1) > 1)),
      ...(buttons.length > 0 ? [actions(...buttons)] : []),
    ],
  });
}

/** What the list of them is called, on its button and above it. */
const unreachedLabel = ({ endedAt, counts }: Pick<AlertWithCounts, "endedAt" | "counts">): string => {
  if (!endedAt) return "Who is left out";
  return countStatuses(counts, unreached) > 0 ? "Who was not reached" : "Who was left out";
};

/** The button, where there is somebody on the list. */
export const unreachedButton = (alert: AlertWithCounts): Button[] =>
  countUnreached(alert) > 0 ? [button("unreached", unreachedLabel(alert), alert.id)] : [];

/** Whom a text would leave out now. */
export const leftOutOf = ({ optedOut, noMobile, unusable }: Audience): LeftOutCounts => ({
  "opted out": optedOut,
  "no mobile": noMobile,
  unusable,
});
