// The whole log as files, in a direct message to the admin who asked.
import type { WebClient } from "@slack/web-api";
import { stringify } from "csv-stringify/sync";
import { request } from "undici";
import { z } from "zod";
import { listAllEntries } from "../../audit/audit.ts";
import { describeFailure, listEverything } from "../../outcomes/delivery-lines.ts";
import { kindNames } from "../../outcomes/summary.ts";
import { listInboundTexts } from "../../replies/inbound.ts";
import type { SlackContext } from "../wire/listener.ts";

const Opened = z.object({ channel: z.object({ id: z.string() }) });
const UploadTarget = z.object({ upload_url: z.url(), file_id: z.string() });

export async function exportLog(context: SlackContext, userId: string): Promise<void> {
  const { client, apiUrl } = context;
  const made = await makeFiles(context);
  const opened = Opened.parse(await client.conversations.open({ users: userId }));
  const [first, ...more] = await uploadAll(client, apiUrl, made);
  if (!first) return;
  await client.files.completeUploadExternal({
    files: [first, ...more],
    channel_id: opened.channel.id,
    initial_comment:
      "The alert log, a row for each phone and one more where it was tried again; the audit log; and what members wrote. Times are in UTC. They name members' phones: keep them safe.",
  });
}

/** The whole log, by the files' names. */
export async function makeFiles({
  look,
  gateway,
}: Pick<SlackContext, "look" | "gateway">): Promise<Record<string, Buffer>> {
  const deliveries = toCsv(await listEverything(look), {
    alert: (row) => row.alertId,
    kind: (row) => kindNames[row.kind],
    by: (row) => row.authorId,
    confirmed: (row) => row.confirmedAt?.toISOString(),
    zones: (row) => row.zoneNames.join("; "),
    text: (row) => row.text,
    phone: (row) => row.phone,
    status: (row) => row.status,
    reason: (row) => (row.code === null ? "" : describeFailure(row, gateway)),
    taken: (row) => row.acceptedAt?.toISOString(),
    "status since": (row) => row.statusAt.toISOString(),
    segments: (row) => row.segments,
    price: (row) => row.price,
    "message SID": (row) => row.messageSid,
  });
  const entries = toCsv(await listAllEntries(look), {
    at: (entry) => entry.at.toISOString(),
    actor: (entry) => entry.actor,
    action: (entry) => entry.action,
    alert: (entry) => entry.alertId,
    detail: (entry) => JSON.stringify(entry.detail),
  });
  const replies = toCsv(await listInboundTexts(look), {
    received: (reply) => reply.receivedAt.toISOString(),
    phone: (reply) => reply.phone,
    text: (reply) => reply.body,
    alert: (reply) => reply.alertId,
  });
  return { "alert-log.csv": deliveries, "audit-log.csv": entries, "member-texts.csv": replies };
}

/** One after the other, as they come. */
async function uploadAll(client: WebClient, apiUrl: string, files: Record<string, Buffer>) {
  const uploaded: { id: string; title: string }[] = [];
  for (const [name, content] of Object.entries(files))
    uploaded.push(await upload(client, apiUrl, name, content));
  return uploaded;
}

/**
 * For spreadsheets: with a byte order mark, a header line even where nothing follows, and no cell that a
 * spreadsheet would take for a formula.
 */
function toCsv<Row>(rows: readonly Row[], columns: Record<string, (row: Row) => unknown>): Buffer {
  const cells = rows.map((row) => Object.values(columns).map((cell) => cell(row)));
  const options = { header: true, columns: Object.keys(columns), bom: true, escape_formulas: true };
  return Buffer.from(stringify(cells, options));
}

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

/** Files go only to the host that is configured, or to one of Slack's own beside it. */
const isSlacks = (target: URL, api: URL): boolean =>
  target.host === api.host ||
  (target.protocol === "https:" && api.host === "slack.com" && target.hostname.endsWith(".slack.com"));
