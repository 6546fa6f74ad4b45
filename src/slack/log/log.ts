// /alert-log, for admins: the log, the details of one alert, and all of it as a file.
import type { WebClient } from "@slack/web-api";
import { listLastEntries, record } from "../../audit/audit.ts";
import type { Settings } from "../../config.ts";
import type { Database } from "../../db/open.ts";
import { listDeliveries } from "../../outcomes/delivery-lines.ts";
import { listAlerts, readAlert } from "../../outcomes/read-alert.ts";
import type { ActionInput, Answer, CommandInput } from "../wire/guard.ts";
import { exportLog } from "./export.ts";
import { ALERTS_PER_PAGE, DELIVERIES_PER_PAGE, detailsView, logView } from "./views.ts";

export type AlertLogDeps = {
  db: Database;
  client: WebClient;
  settings: Settings;
  apiUrl: string;
};

const AUDIT_ENTRIES = 25;

export function createAlertLog({ db, client, settings, apiUrl }: AlertLogDeps) {
  /** @param before the alert before which the page begins; undefined is the newest */
  async function logPage(before?: number) {
    const found = await listAlerts(db, { before, limit: ALERTS_PER_PAGE + 1 });
    const alerts = found.slice(0, ALERTS_PER_PAGE);
    const older = found.length > ALERTS_PER_PAGE ? alerts.at(-1)?.id : undefined;
    return logView({ alerts, older, isNewest: before === undefined }, settings);
  }

  async function detailsPage(alertId: number, after: number) {
    const alert = await readAlert(db, alertId);
    if (!alert) return undefined;
    const found = await listDeliveries(db, alertId, { after, limit: DELIVERIES_PER_PAGE + 1 });
    const deliveries = found.slice(0, DELIVERIES_PER_PAGE);
    const next = found.length > DELIVERIES_PER_PAGE ? deliveries.at(-1)?.position : undefined;
    const audit = await listLastEntries(db, alertId, AUDIT_ENTRIES);
    return detailsView({ alert, deliveries, next, isFirst: after === 0, audit }, settings);
  }

  const turnTo = (viewId: string | undefined, view: Awaited<ReturnType<typeof detailsPage>>): Answer =>
    view && viewId
      ? { after: () => client.views.update({ view_id: viewId, view }) }
      : { tell: "This alert is not there." };

  return {
    async command({ member, triggerId }: CommandInput): Promise<Answer> {
      await record(db, { actor: member, action: "viewed log" });
      const view = await logPage();
      return { after: () => client.views.open({ trigger_id: triggerId, view }) };
    },
    async older({ ids: [before = 0], viewId }: ActionInput): Promise<Answer> {
      return turnTo(viewId, await logPage(before));
    },
    async newest({ viewId }: ActionInput): Promise<Answer> {
      return turnTo(viewId, await logPage());
    },
    async details({ member, ids: [alertId = 0], triggerId }: ActionInput): Promise<Answer> {
      const view = await detailsPage(alertId, 0);
      if (!view) return { tell: "This alert is not there." };
      await record(db, { actor: member, action: "viewed log", alertId });
      return { after: () => client.views.push({ trigger_id: triggerId, view }) };
    },
    async detailsPage({ ids: [alertId = 0, after = 0], viewId }: ActionInput): Promise<Answer> {
      return turnTo(viewId, await detailsPage(alertId, after));
    },
    async export({ member }: ActionInput): Promise<Answer> {
      await record(db, { actor: member, action: "exported" });
      return {
        tell: "The log is on its way to you as a direct message from Headgate.",
        after: () => exportLog({ db, client, apiUrl }, member.userId),
      };
    },
  };
}
