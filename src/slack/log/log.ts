// /alert-log, for admins and viewers: the log, the details of one alert, and all of it, or one alert, as files.
import type { ModalView } from "@slack/web-api";
import { listLastEntries } from "../../audit/audit.ts";
import { listEarlierAttempts } from "../../outcomes/delivery-lines.ts";
import { listAlerts, readAlert } from "../../outcomes/read-alert.ts";
import { FROM_THE_FIRST, listUnreachedFirst, type PageFrom } from "../../outcomes/unreached-first.ts";
import { asksForHelp, tellHelp } from "../help/help.ts";
import type { ActionInput, Answer, CommandInput, SlackContext } from "../wire/listener.ts";
import { logFiles } from "./export.ts";
import { ALERTS_PER_PAGE, DELIVERIES_PER_PAGE, detailsView, logView } from "./views.ts";

const AUDIT_ENTRIES = 25;
const NOT_THERE: Answer = { tell: "This alert is not there." };

/** /alert-log */
export async function openLog(
  { member, recordLook, text, triggerId }: CommandInput,
  context: SlackContext,
): Promise<Answer> {
  if (asksForHelp(text)) return tellHelp(member, context);
  await recordLook({ action: "viewed log" });
  const view = await logPage(context);
  return { after: () => context.client.views.open({ trigger_id: triggerId, view }) };
}

export async function turnToOlder(
  { ids: [before = 0], viewId }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  return turnTo(context, viewId, await logPage(context, before));
}

export async function turnToNewest({ viewId }: ActionInput, context: SlackContext): Promise<Answer> {
  return turnTo(context, viewId, await logPage(context));
}

export async function openDetails(
  { recordLook, ids: [alertId = 0], triggerId }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const view = await detailsPage(context, alertId, FROM_THE_FIRST, 0);
  if (!view) return NOT_THERE;
  await recordLook({ action: "viewed log", alertId });
  return { after: () => context.client.views.push({ trigger_id: triggerId, view }) };
}

export async function turnDetails(
  { ids: [alertId = 0, isAmongOthers = 0, position = 0, shownBefore = 0], viewId }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const from = { isAmongOthers: isAmongOthers === 1, position };
  return turnTo(context, viewId, await detailsPage(context, alertId, from, shownBefore));
}

export async function exportAll({ member, recordLook }: ActionInput, context: SlackContext): Promise<Answer> {
  return context.sendFiles(member.userId, {
    ...logFiles(context),
    record: () => recordLook({ action: "exported" }),
    tell: "The log is on its way to you as a direct message from Headgate.",
  });
}

export async function exportOne(
  { member, recordLook, ids: [alertId = 0] }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  if (!(await readAlert(context.look, alertId))) return NOT_THERE;
  return context.sendFiles(member.userId, {
    ...logFiles(context, alertId),
    record: () => recordLook({ action: "exported", alertId }),
    tell: `Alert ${alertId} is on its way to you as a direct message from Headgate.`,
  });
}

/** @param before the alert before which the page begins; undefined is the newest */
export async function logPage(
  { look, settings }: Pick<SlackContext, "look" | "settings">,
  before?: number,
): Promise<ModalView> {
  const found = await listAlerts(look, { before, limit: ALERTS_PER_PAGE + 1 });
  const alerts = found.slice(0, ALERTS_PER_PAGE);
  const older = found.length > ALERTS_PER_PAGE ? alerts.at(-1)?.id : undefined;
  return logView({ alerts, older, isNewest: before === undefined }, settings);
}

export async function detailsPage(
  { look, settings, gateway }: Pick<SlackContext, "look" | "settings" | "gateway">,
  alertId: number,
  from: PageFrom,
  shownBefore: number,
): Promise<ModalView | undefined> {
  const alert = await readAlert(look, alertId);
  if (!alert) return undefined;
  const page = await listUnreachedFirst(look, alert, { from, limit: DELIVERIES_PER_PAGE });
  const positions = [...page.unreached, ...page.others].map(({ position }) => position);
  const earlier = await listEarlierAttempts(look, alertId, positions);
  const audit = await listLastEntries(look, alertId, AUDIT_ENTRIES);
  return detailsView({ alert, ...page, earlier, shownBefore, audit }, settings, gateway);
}

function turnTo({ client }: SlackContext, viewId: string | undefined, view: ModalView | undefined): Answer {
  if (!view || !viewId) return NOT_THERE;
  return { after: () => client.views.update({ view_id: viewId, view }) };
}
