// The whole log as files, in a direct message to the admin who asked.
import type { WebClient } from "@slack/web-api";
import { stringify } from "csv-stringify/sync";
import { request } from "undici";
import { z } from "zod";
import { describeFailure } from "../alerts/delivery-status.ts";
import { listInboundTexts } from "../alerts/inbound.ts";
import { listEverything } from "../alerts/read-alert.ts";
import { kindNames } from "../alerts/summary.ts";
import { listAllEntries } from "../audit/audit.ts";
import type { Database } from "../db/open.ts";

const Opened = z.object({ channel: z.object({ id: z.string() }) });
const UploadTarget = z.object({ upload_url: z.url(), file_id: z.string() });

export type ExportDeps = { db: Database; client: WebClient; apiUrl: string };

export async function exportLog({ db, client, apiUrl }: ExportDeps, userId: string): Promise<void> {
  const deliveries = (await listEverything(db)).map((row) => ({
    alert: row.alertId,
    kind: kindNames[row.kind],
    by: row.authorId,
    confirmed: row.confirmedAt?.toISOString(),
    zones: row.zoneNames.join("; "),
    text: row.text,
    phone: row.phone,
    status: row.status,
    reason: row.errorCode === null ? "" : describeFailure(row.status, row.errorCode),
    taken: row.acceptedAt?.toISOString(),
    "status since": row.statusAt.toISOString(),
    segments: row.segments,
    price: row.price,
    "message SID": row.messageSid,
  }));
  const entries = (await listAllEntries(db)).map(({ at, actor, action, alertId, detail }) => ({
    at: at.toISOString(),
    actor,
    action,
    alert: alertId,
    detail: JSON.stringify(detail),
  }));
  const replies = (await listInboundTexts(db)).map(({ receivedAt, phone, body, alertId }) => ({
    received: receivedAt.toISOString(),
    phone,
    text: body,
    alert: alertId,
  }));
  const opened = Opened.parse(await client.conversations.open({ users: userId }));
  const sent = await upload(client, apiUrl, "alert-log.csv", toCsv(deliveries));
  const audit = await upload(client, apiUrl, "audit-log.csv", toCsv(entries));
  const inbound = await upload(client, apiUrl, "member-texts.csv", toCsv(replies));
  await client.files.completeUploadExternal({
    files: [sent, audit, inbound],
    channel_id: opened.channel.id,
    initial_comment:
      "The alert log, a row for each phone; the audit log; and what members wrote. Times are in UTC. They name members' phones: keep them safe.",
  });
}

/** For spreadsheets: with a byte order mark, and no cell that one would take for a formula. */
const toCsv = (rows: object[]): Buffer =>
  Buffer.from(stringify(rows, { header: true, bom: true, escape_formulas: true }));

async function upload(client: WebClient, apiUrl: string, filename: string, content: Buffer) {
  const answer = await client.files.getUploadURLExternal({ filename, length: content.length });
  const { upload_url, file_id } = UploadTarget.parse(answer);
  if (!isSlacks(new URL(upload_url), new URL(apiUrl)))
    throw new Error("Slack named a foreign host for an upload");
  const { statusCode, body } = await request(upload_url, { method: "POST", body: content });
  await body.dump();
  if (statusCode !== 200) throw new Error(`Slack refused an upload with ${statusCode}`);
  return { id: file_id, title: filename };
}

/** Files go to the very host that is configured, or to one of Slack's own beside it. */
const isSlacks = (target: URL, api: URL): boolean =>
  target.host === api.host ||
  (target.protocol === "https:" && api.host === "slack.com" && target.hostname.endsWith(".slack.com"));
