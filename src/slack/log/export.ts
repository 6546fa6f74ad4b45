// The whole log as files, in a direct message to the admin who asked.
import { listAllEntries } from "../../audit/audit.ts";
import { describeFailure, listEverything } from "../../outcomes/delivery-lines.ts";
import { listAllLeftOut } from "../../outcomes/left-out.ts";
import { kindNames, leftOutWords } from "../../outcomes/summary.ts";
import { listInboundTexts } from "../../replies/inbound.ts";
import { sendFiles, toCsv } from "../wire/files.ts";
import type { SlackContext } from "../wire/listener.ts";

export const exportLog = async (context: SlackContext, userId: string): Promise<void> =>
  sendFiles(context, userId, {
    files: await makeFiles(context),
    comment:
      "The alert log, a row for each phone and one more where it was tried again; the audit log; what members wrote; and whom alerts left out. " +
      "Times are in UTC. They name members' phones: keep them safe.",
  });

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
  const leftOut = toCsv(await listAllLeftOut(look), {
    alert: (row) => row.alertId,
    account: (row) => row.account,
    name: (row) => row.name,
    zone: (row) => row.zone,
    phone: (row) => row.phone,
    reason: (row) => leftOutWords[row.reason],
  });
  return {
    "alert-log.csv": deliveries,
    "audit-log.csv": entries,
    "member-texts.csv": replies,
    "left-out.csv": leftOut,
  };
}
