// The judge finds what it is there to find: each violation is planted, and found under its name.
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { type AuditEntry, record } from "../../src/audit/audit.ts";
import type { Connection, Tx } from "../../src/db/open.ts";
import { optIn, optOut } from "../../src/opt-outs/opt-outs.ts";
import { insertAlert } from "../helpers/alerts.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { factsOf } from "./facts.ts";
import { judge, type Message } from "./judge.ts";
import { keepLog, readLog } from "./log.ts";

const [ONE, TWO] = ["+15095550101", "+15095550102"] as const;

type Case = Pick<Connection, "db"> & {
  judge(): Promise<string[]>;
  ledger: Message[];
  /** In one transaction. */
  run(...statements: string[]): Promise<unknown>;
  /** The same, with an entry. */
  tell(entry: Omit<AuditEntry, "actor" | "alertId">, ...statements: string[]): Promise<unknown>;
  /** One delivery. */
  set(what: string): Promise<unknown>;
};

/** An alert to two phones, both taken and delivered, with the audit that belongs to it. */
async function openCase(): Promise<Case> {
  const found = await beginCase();
  const { run, tell, ledger } = found;
  await run("update deliveries set status = 'accepted', message_sid = 'SM' || position");
  await run("update deliveries set status = 'delivered', price = 0.0083");
  await tell({ action: "finished", detail: { delivered: 2 } }, FINISHED);
  ledger.push(message(1), message(2));
  return found;
}

/** The same, but of the first nobody knew: it was resent by a person, and arrived then. */
async function openResent(): Promise<Case> {
  const found = await beginCase();
  const { run, tell, set, ledger } = found;
  await run("update deliveries set status = 'accepted', message_sid = 'SM2' where position = 2");
  await run("update deliveries set status = 'delivered' where position = 2");
  await set("status = 'unknown'");
  await tell({ action: "finished", detail: { delivered: 1, unknown: 1 } }, FINISHED);
  await tell(RESENT, ...AGAIN, UNDER_WAY);
  await set("status = 'sending', attempt = 3");
  await set("status = 'accepted', message_sid = 'SM3'");
  await set("status = 'delivered'");
  await tell({ action: "finished", detail: { delivered: 2 } }, FINISHED);
  ledger.push(message(1, { sid: "SM3", delivery: tryOf(3) }), message(2));
  return found;
}

/** Both are claimed. */
async function beginCase(): Promise<Case> {
  const { db, client } = await openTestDatabase();
  await keepLog(client);
  const runIn = async (tx: Tx, statements: readonly string[]) => {
    for (const statement of statements) await tx.execute(sql.raw(statement));
  };
  const run: Case["run"] = (...statements) => db.transaction((tx) => runIn(tx, statements));
  const tell: Case["tell"] = (entry, ...statements) =>
    db.transaction(async (tx) => {
      await runIn(tx, statements);
      await record(tx, { ...entry, actor: "system", ...(!entry.phone && { alertId: 1 }) });
    });
  await db.transaction(async (tx) => {
    await insertAlert(tx, [ONE, TWO]);
    // As a draft becomes one.
    await runIn(tx, [`update change_log set before = after || '{"status": "draft"}' where what = 'alerts'`]);
    await record(tx, { actor: "system", action: "confirmed", alertId: 1, detail: { phones: 2 } });
  });
  await run("update deliveries set status = 'sending', attempt = 1");
  const set = (what: string) => run(`update deliveries set ${what} where position = 1`);
  const ledger: Message[] = [];
  const judgeIt = async () => judge(factsOf(await readLog(client)), ledger);
  return { db, ledger, run, tell, set, judge: judgeIt };
}

const message = (position: number, more: Partial<Message> = {}): Message => ({
  sid: `SM${position}`,
  to: position === 1 ? ONE : TWO,
  delivery: { sending_id: 1, position, attempt: 1 },
  status: "delivered",
  price: 0.0083,
  listed: true,
  ...more,
});
const tryOf = (attempt: number) => ({ sending_id: 1, position: 1, attempt });

const HALTED = "update parts set halt_reason = 'Suspended.'";
const UNDER_WAY = "update sendings set status = 'sending'";
const FINISHED = "update sendings set status = 'finished'";
const FAILED = "update deliveries set status = 'failed' where position = 1";
/** It becomes a new attempt, and the one before is kept. */
const AGAIN = [
  `insert into attempts (sending_id, position, attempt, message_sid, status, price, status_at)
    select sending_id, position, attempt, message_sid, status, price, now() from deliveries where position = 1`,
  "update deliveries set status = 'pending', attempt = 2, message_sid = null, price = null where position = 1",
];
const addTo = (phone: string) =>
  `insert into deliveries (sending_id, position, address) values (1, 3, '${phone}')`;
const RESENT = { action: "resent", detail: { phones: 1 } } as const;

/** What is found, and how it came about. */
const planted: [string, (found: Case) => unknown][] = [
  ["I1 1/1 try 1 was taken beside 1/1 try 1", ({ ledger }) => ledger.push(message(1, { sid: "SM9" }))],
  [
    "I1 1/1 try 2 was taken beside 1/1 try 1",
    async ({ set, ledger }) => {
      // Nobody had it sent again.
      await set("status = 'pending'");
      await set("status = 'sending', attempt = 2");
      ledger.push(message(1, { sid: "SM9", delivery: tryOf(2) }));
    },
  ],
  [
    "I1 1/1 try 7 went out and was never claimed",
    ({ ledger }) => ledger.push(message(1, { delivery: tryOf(7) })),
  ],
  ["I1 there is a message of 1/7, which is no delivery", ({ ledger }) => ledger.push(message(7))],
  ["I1 1/1 went to +1", ({ ledger }) => ledger.splice(0, 1, message(1, { to: "+1" }))],
  ["I2 1/1 is sending", ({ set }) => set("status = 'sending'")],
  ["I2 1/1 is pending", ({ set }) => set("status = 'pending'")],
  ["I2 alert 1 is under way for ever", ({ run }) => run(UNDER_WAY)],
  ["I2 alert 1 is under way for ever", ({ run }) => run(UNDER_WAY, HALTED)],
  ["I3 1/1 is unknown, at the provider delivered", ({ set }) => set("status = 'unknown'")],
  ["I3 1/1 is rejected, at the provider delivered", ({ set }) => set("status = 'rejected'")],
  ["I3 1/1 is sent, at the provider delivered", ({ set }) => set("status = 'sent'")],
  ["I3 1/1 is failed, at the provider delivered", ({ set }) => set("status = 'failed'")],
  [
    "I3 1/1 is rejected, and the provider lists SM1",
    async ({ run, set, ledger }) => {
      // A failure of before the resend, which neither the delivery nor an earlier attempt tells of.
      await run(FAILED, ...AGAIN, "update attempts set message_sid = null");
      await set("status = 'rejected'");
      ledger.splice(0, 1, message(1, { status: "failed" }));
    },
  ],
  [
    "I3 1/1 try 1 is delivered, and its message undelivered",
    ({ ledger }) => ledger.splice(0, 1, message(1, { status: "undelivered" })),
  ],
  [
    "I3 1/1 try 1 is delivered by a message that is not its own (SM2)",
    ({ set }) => set("message_sid = 'SM2'"),
  ],
  [
    "I3 1/1 try 1 is delivered by a message that is not its own (null)",
    ({ set }) => set("message_sid = null"),
  ],
  ["I3 SM2 counts twice", ({ set }) => set("message_sid = 'SM2'")],
  ["I3 1/1 try 1 cost 0.01, and its message 0.0083", ({ set }) => set("price = 0.01")],
  ["I4 1/1 went from delivered (SM1) to accepted (SM1)", ({ set }) => set("status = 'accepted'")],
  ["I4 1/1 went from delivered (SM1) to failed (SM1)", ({ set }) => set("status = 'failed'")],
  ["I4 1/1 went from delivered (SM1) to delivered (SM7)", ({ set }) => set("message_sid = 'SM7'")],
  [
    "I4 1/1 went from pending (SM1) to delivered (SM1)",
    async ({ set }) => {
      await set("status = 'pending'");
      await set("status = 'delivered'");
    },
  ],
  [
    "I4 1/1 went from canceled (SM1) to delivered (SM1)",
    async ({ set }) => {
      await set("status = 'canceled'");
      await set("status = 'delivered'");
    },
  ],
  ["I5 alert 1 was confirmed twice", ({ tell }) => tell({ action: "confirmed", detail: { phones: 2 } })],
  [`I5 two deliveries of sending 1 to ${TWO}`, ({ run }) => run(addTo(TWO))],
  [
    'I6 of alert 1 the audit tells "confirmed, finished", and it was "confirmed, finished, halted"',
    ({ run }) => run(HALTED),
  ],
  [
    'I6 of alert 1 the audit tells "confirmed, finished, resumed, halted", and it was "confirmed, finished, halted, resumed"',
    async ({ run, db }) => {
      await run(UNDER_WAY);
      await run(HALTED);
      await run("update parts set halt_reason = null");
      await db.execute(sql`insert into audit_entries (actor, action, alert_id)
        values ('system', 'resumed', 1), ('system', 'halted', 1)`);
    },
  ],
  ["I6 it is written down, and never was: halted, alert 1", ({ tell }) => tell({ action: "halted" })],
  [
    "I6 nobody wrote down: halted, alert 1",
    async ({ run, tell }) => {
      await run(HALTED);
      // In another transaction.
      await tell({ action: "halted" });
    },
  ],
  [
    "I6 nobody wrote down: discarded to sending, alert 1",
    ({ run }) => run("update alerts set status = 'discarded'", "update alerts set status = 'confirmed'"),
  ],
  ["I6 nobody wrote down: finished to stopped", ({ run }) => run("update sendings set status = 'stopped'")],
  ["I6 nobody wrote down: resent to 1, alert 1", ({ run }) => run(FAILED, ...AGAIN)],
  [
    "I6 it is written down, and never was: resent to 2, alert 1",
    ({ tell }) => tell({ action: "resent", detail: { phones: 2 } }, FAILED, ...AGAIN),
  ],
  [
    "I6 nobody wrote down: resent to 1, alert 1",
    // What was refused is only the account's where the same transaction halts.
    ({ run }) => run("update deliveries set status = 'rejected' where position = 1", ...AGAIN),
  ],
  [
    "I6 nobody wrote down: stopped with 0 not sent, alert 1",
    async ({ run, tell }) => {
      await run(UNDER_WAY);
      await tell({ action: "stopped", detail: { notSent: 1 } }, "update sendings set status = 'stopped'");
    },
  ],
  ["I6 alert 1 was confirmed to 2 of 3 phones", ({ run }) => run(addTo("+1"))],
  [
    "I6 alert 1 finished with 1+0 waiting",
    ({ tell }) => tell({ action: "finished", detail: { pending: 1, delivered: 1 } }),
  ],
  [
    "I6 alert 1 finished with 1 of 2 phones",
    ({ tell }) => tell({ action: "finished", detail: { delivered: 1 } }),
  ],
  [
    `I6 nobody wrote down: opted out, ${ONE}`,
    ({ run }) => run(`insert into opt_outs (phone, source) values ('${ONE}', 'sms STOP')`),
  ],
  [
    `I6 nobody wrote down: opted in, ${ONE}`,
    async ({ db, run }) => {
      await db.transaction((tx) => optOut(tx, ONE, "sms STOP", "member"));
      await run("delete from opt_outs");
    },
  ],
  [
    `I6 it is written down, and never was: opted out, ${TWO}`,
    ({ tell }) => tell({ action: "opted out", phone: TWO }),
  ],
  [
    'I6 "discarded" of 1 was done 1 times, and is written down 0 times',
    ({ run }) => run("update alerts set status = 'draft'", "update alerts set status = 'discarded'"),
  ],
  [
    "I6 kept are 5 and there are 2 delivered of sending 1, part 1",
    ({ run }) => run("update delivery_counts set count = 5 where status = 'delivered'"),
  ],
  [
    "I6 kept are 0 and there are 2 delivered of sending 1, part 1",
    ({ run }) => run("delete from delivery_counts"),
  ],
];

/** The same after the resend. */
const plantedLater: typeof planted = [
  [
    "I1 1/1 try 4 was taken beside 1/1 try 3",
    async ({ set, ledger }) => {
      await set("status = 'sending', attempt = 4");
      ledger.push(message(1, { sid: "SM9", delivery: tryOf(4) }));
    },
  ],
  [
    "I3 1/1 try 1 is unknown by a message that is not its own (SM2)",
    ({ run }) => run("update attempts set message_sid = 'SM2'"),
  ],
  ["I3 SM3 counts twice", ({ run }) => run("update attempts set status = 'delivered', message_sid = 'SM3'")],
  [
    "I3 1/1 try 1 is failed, and its message delivered",
    async ({ run, ledger }) => {
      await run("update attempts set status = 'failed', message_sid = 'SM8'");
      ledger.push(message(1, { sid: "SM8" }));
    },
  ],
];

/** What may happen, and is no violation. */
const innocent: [string, () => Promise<Case>, (found: Case) => unknown][] = [
  ["all went well", openCase, () => {}],
  ["a person resent what was unknown", openResent, () => {}],
  [
    "members opt out and in",
    openCase,
    async ({ db }) => {
      await db.transaction((tx) => optOut(tx, ONE, "sms STOP", "member"));
      await db.transaction((tx) => optIn(tx, ONE, "sms START", "member"));
    },
  ],
  [
    "the earlier attempt arrived after all, and each takes the other's place",
    openResent,
    async ({ run, ledger }) => {
      await run("update attempts set message_sid = 'SM8', status = 'delivered'");
      await run(
        "update deliveries set message_sid = 'SM8' where position = 1",
        "update attempts set message_sid = 'SM3'",
      );
      ledger.push(message(1, { sid: "SM8" }));
    },
  ],
  [
    "the provider's lists don't show a message yet",
    openResent,
    ({ ledger }) => ledger.push(message(1, { sid: "SM8", status: "sent", listed: false })),
  ],
];

test.each(innocent)("where %s, the judge finds nothing", async (_, open, happens) => {
  const found = await open();
  await happens(found);
  expect(await found.judge()).toEqual([]);
});

const all = [
  ...planted.map((each) => [...each, openCase] as const),
  ...plantedLater.map((each) => [...each, openResent] as const),
];

test.each(all)("%s", async (violation, plant, open) => {
  const found = await open();
  await plant(found);
  const [invariant = "", ...words] = violation.split(" ");
  const isFound = (each: string) => each.startsWith(`${invariant} `) && each.includes(`: ${words.join(" ")}`);
  const violations = await found.judge();
  expect(violations.filter(isFound), violations.join("\n")).not.toEqual([]);
});

test("a campaign's hundred thousand changes are judged in seconds", () => {
  const changes = Array.from({ length: 20_000 }, (_, n) => n + 1).flatMap((position) =>
    (["pending", "sending", "accepted", "sent", "delivered"] as const).map((status, n, path) => {
      const row = (of: typeof status) => ({
        ...{
          sending_id: 1,
          position,
          part: 1,
          address: `+1${position}`,
          status: of,
          lease_until: null,
          price: null,
        },
        attempt: of === "pending" ? 0 : 1,
        message_sid: of === "pending" || of === "sending" ? null : `SM${position}`,
      });
      const was = path[n - 1];
      const id = position * path.length + n;
      return {
        id,
        xact: String(id),
        at: id,
        what: "deliveries",
        before: was ? row(was) : null,
        after: row(status),
      };
    }),
  );
  const ledger = Array.from({ length: 20_000 }, (_, n) => message(n + 1, { to: `+1${n + 1}`, price: null }));
  const counts = [{ sending_id: 1, part: 1, status: "delivered", count: 20_000 }];
  const began = performance.now();
  expect(judge(factsOf({ changes, counts }), ledger)).toEqual([]);
  expect(performance.now() - began).toBeLessThan(10_000);
});
