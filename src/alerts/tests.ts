// "Send me a test": a test is kept before its text leaves. Pressed twice, or replayed, it is still one test.
import { and, eq, sql } from "drizzle-orm";
import { record } from "../audit/audit.ts";
import type { SlackUser } from "../board/allowlist.ts";
import type { Database, Tx } from "../db/open.ts";
import { tests } from "../db/schema.ts";
import type { GatewayFault } from "../gateways/gateway.ts";
import { isOptedOut } from "../opt-outs/opt-outs.ts";

const PRESSED_TWICE_SECONDS = 10;

export type AskedTest = {
  alertId: number;
  user: SlackUser;
  phone: string;
  /** Slack's own id of the press. */
  press: string;
};

/** `again`: this press is kept already, or another was a moment ago. */
export type TestOutcome = { testId: number } | { notSent: "again" | "opted out" };

/** The caller makes sure that one person's presses come one by one. */
export async function requestTest(tx: Tx, { alertId, user, phone, press }: AskedTest): Promise<TestOutcome> {
  const { teamId, userId } = user;
  const isRecent = sql`${tests.phone} = ${phone}
    and ${tests.requestedAt} > now() - make_interval(secs => ${PRESSED_TWICE_SECONDS})`;
  const same = and(
    eq(tests.alertId, alertId),
    eq(tests.userId, userId),
    sql`(${isRecent} or ${tests.press} = ${press})`,
  );
  if ((await tx.$count(tests, same)) > 0) return { notSent: "again" };
  if (await isOptedOut(tx, phone)) return { notSent: "opted out" };
  const [test] = await tx
    .insert(tests)
    .values({ alertId, teamId, userId, phone, press })
    .returning({ id: tests.id });
  if (!test) throw new Error("the test was not kept");
  await record(tx, { actor: user, action: "test requested", alertId, phone, detail: { press } });
  return { testId: test.id };
}

export type SentTest = Omit<AskedTest, "press"> & { testId: number };

/** Keeps what became of the test. */
export function recordTest(
  db: Database,
  { testId, alertId, user, phone }: SentTest,
  outcome: { messageSid: string } | { failed: GatewayFault; code: string | undefined },
): Promise<void> {
  return db.transaction(async (tx) => {
    if ("messageSid" in outcome) {
      await tx.update(tests).set({ messageSid: outcome.messageSid }).where(eq(tests.id, testId));
    }
    await record(tx, { actor: user, action: "test sent", alertId, phone, detail: outcome });
  });
}
