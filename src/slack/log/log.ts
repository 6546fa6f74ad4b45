// /alert-log, for admins: the log, the details of one alert, and all of it as a file.
import type { ModalView } from "@slack/web-api";
import { listLastEntries } from "../../audit/audit.ts";
import { listDeliveries, listEarlierAttempts } from "../../outcomes/delivery-lines.ts";
import { listAlerts, readAlert } from "../../outcomes/read-alert.ts";
import type { ActionInput, Answer, CommandInput, SlackContext } from "../wire/listener.ts";
import { exportLog } from "./export.ts";
import { ALERTS_PER_PAGE, DELIVERIES_PER_PAGE, detailsView, logView } from "./views.ts";

const AUDIT_ENTRIES = 25;
const NOT_THERE: Answer = { tell: "This alert is not there." };

/** /alert-log */
export async function openLog(
  { recordLook, triggerId }: CommandInput,
  context: SlackContext,
): Promise<Answer> {
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
  const view = await detailsPage(context, alertId, 0);
  if (!view) return NOT_THERE;
  await recordLook({ action: "viewed log", alertId });
  return { after: () => context.client.views.push({ trigger_id: triggerId, view }) };
}

export async function turnDetails(
  { ids: [alertId = 0, after = 0], viewId }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  return turnTo(context, viewId, await detailsPage(context, alertId, after));
}

export async function exportAll({ member, recordLook }: ActionInput, context: SlackContext): Promise<Answer> {
  await recordLook({ action: "exported" });
  return {
    tell: "The log is on its way to you as a direct message from Headgate.",
    after: () => exportLog(context, member.userId),
  };
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
  after: number,
): Promise<ModalView | undefined> {
  const alert = await readAlert(look, alertId);
  if (!alert) return undefined;
  const found = await listDeliveries(look, alertId, { after, limit: DELIVERIES_PER_PAGE + 1 });
  const deliveries = found.slice(0, DELIVERIES_PER_PAGE);
  const next = found.length > DELIVERIES_PER_PAGE ? deliveries.at(-1)?.position : undefined;
  const positions = deliveries.map(({ position }) => position);
  const earlier = await listEarlierAttempts(look, alertId, positions);
  const audit = await listLastEntries(look, alertId, AUDIT_ENTRIES);
  return detailsView({ alert, deliveries, earlier, next, isFirst: after === 0, audit }, settings, gateway);
}

function turnTo({ client }: SlackContext, viewId: string | undefined, view: ModalView | undefined): Answer {
  if (!view || !viewId) return NOT_THERE;
  return { after: () => client.views.update({ view_id: viewId, view }) };
}
