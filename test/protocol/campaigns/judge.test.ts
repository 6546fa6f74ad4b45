// The judge finds what it is there to find: each violation is planted, and found under its name.
import { expect, test } from "vitest";
import { type AuditEntry, record } from "../../../src/audit/audit.ts";
import type { Connection, Database } from "../../../src/db/open.ts";
import { insertAlert } from "../../helpers/alerts.ts";
import { openTestDatabase } from "../../helpers/database.ts";
import { keepHistory } from "./history.ts";
import { judge, type Provider } from "./judge.ts";

const PHONES = ["+15095550101", "+15095550102"];

type Case = Connection & {
  ledger: Provider["ledger"][number][];
  provider: Provider;
  alertId: number;
  sendingId: number;
};

/** An alert to two phones, both taken and delivered, with the audit that belongs to it. */
async function openCase(): Promise<Case> {
  const connection = await openTestDatabase();
  const { db, client } = connection;
  await keepHistory(client);
  const { alertId, sendingId } = await insertAlert(db, PHONES);
  await client`insert into alert_history (alert_id, was, became) values (${alertId}, 'draft', 'sending')`;
  await writeDown(db, { actor: "system", action: "confirmed", alertId, detail: { phones: 2 } });
  const ledger = PHONES.map((to, n) => message(`SM${n + 1}`, sendingId, n + 1, to));
  const provider = { ledger, message: () => ({ status: "delivered", listed: true }) };
  await client`update deliveries set status = 'sending', attempt = 1`;
  await client`update deliveries set status = 'accepted', message_sid = 'SM' || position`;
  await client`update deliveries set status = 'delivered'`;
  await client`update sendings set status = 'finished'`;
  await writeDown(db, { actor: "system", action: "finished", alertId, detail: { delivered: 2 } });
  return { ...connection, ledger, provider, alertId, sendingId };
}

const writeDown = (db: Database, entry: AuditEntry) => db.transaction((tx) => record(tx, entry));

const message = (sid: string, sendingId: number, position: number, to: string) => ({
  sid,
  to,
  at: new Date(0),
  body: "Boil your water.",
  from: null,
  messagingServiceSid: null,
  validityPeriod: 60,
  messageIntent: null,
  statusCallback: `http://localhost:1/twilio/status?sending=${sendingId}&delivery=${position}&attempt=1#rc=3`,
});

const planted: [string, RegExp, (found: Case) => unknown][] = [
  [
    "a text taken twice",
    /^I1: 1\/1 was taken 2 times and resent 0 times$/,
    ({ ledger, sendingId }) => ledger.push(message("SM9", sendingId, 1, PHONES[0] ?? "")),
  ],
  [
    "a text of nobody's",
    /^I1: .* no delivery$/,
    ({ ledger, sendingId }) => ledger.push(message("SM9", sendingId, 7, "+1")),
  ],
  [
    "another phone",
    /^I1: 1\/1 went to another phone$/,
    ({ ledger, sendingId }) => ledger.splice(0, 1, message("SM1", sendingId, 1, "+1")),
  ],
  ["one that stays", /^I2: 1\/1 is sending/, ({ client }) => set(client, "status = 'sending'")],
  ["an alert that stays", /^I2: alert 1 is/, ({ client }) => client`update sendings set status = 'sending'`],
  ["unknown to us alone", /^I3: 1\/1 is unknown/, ({ client }) => set(client, "status = 'unknown'")],
  ["told as not sent", /^I3: 1\/1 is rejected/, ({ client }) => set(client, "status = 'rejected'")],
  ["a word that was missed", /^I3: 1\/1 is sent, and/, ({ client }) => set(client, "status = 'sent'")],
  [
    "the message of another",
    /^I3: 1\/1 .* not its own \(SM2\)$/,
    ({ client }) => set(client, "message_sid = 'SM2'"),
  ],
  ["a step back", /^I4: 1\/1 went from delivered/, ({ client }) => set(client, "status = 'accepted'")],
  ["a message replaced", /^I4: 1\/1 .*\(SM1\)/, ({ client }) => set(client, "message_sid = 'SM7'")],
  [
    "a halt that nobody wrote down",
    /^I6: .* this story: confirmed,finished, and it was confirmed,finished,halted$/,
    ({ client }) => client`update parts set halt_reason = 'Suspended.'`,
  ],
  [
    "an entry of what never was",
    /^I6: .* this story:/,
    ({ db, alertId }) => writeDown(db, { actor: "system", action: "halted", alertId }),
  ],
  ["a resend without an entry", /^I6: .* as resent 0/, ({ client }) => resend(client)],
  [
    "other numbers at the end",
    /^I6: .* when finished of 1, and/,
    ({ db, alertId }) =>
      writeDown(db, { actor: "system", action: "finished", alertId, detail: { delivered: 1 } }),
  ],
  [
    "counts that drifted",
    /^I6: sending 1 keeps 5 delivered of 2$/,
    ({ client }) => client`update delivery_counts set count = 5 where status = 'delivered'`,
  ],
];

const set = (client: Case["client"], what: string) =>
  client.unsafe(`update deliveries set ${what} where position = 1`);

async function resend(client: Case["client"]) {
  await client`update deliveries set status = 'failed' where position = 1`;
  await client`update deliveries set status = 'pending', message_sid = null where position = 1`;
}

test("where all went well, the judge finds nothing", async () => {
  const { client, provider } = await openCase();
  expect(await judge(client, provider)).toEqual([]);
});

test.each(planted)("%s is found", async (_, violation, plant) => {
  const found = await openCase();
  await plant(found);
  expect(await judge(found.client, found.provider)).toContainEqual(expect.stringMatching(violation));
});
