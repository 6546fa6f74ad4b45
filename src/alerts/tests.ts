// "Send me a test": a test is kept before its text leaves. Pressed twice, or replayed, it is still one test.
import { and, eq, sql } from "drizzle-orm";
import { record } from "../audit/audit.ts";
import type { SlackUser } from "../board/allowlist.ts";
import type { Database, Tx } from "../db/open.ts";
import { tests } from "../db/schema.ts";
import type { GatewayFault } from "../gateways/gateway.ts";

const PRESSED_TWICE_SECONDS = 10;

export type AskedTest = {
  alertId: number;
  user: SlackUser;
  phone: string;
  /** Slack's own id of the press. */
  press: string;
};

/**
 * The caller makes sure that one person's presses come one by one.
 *
 * @returns the test's id; undefined if this press is kept already, or another was a moment ago
 */
export async function requestTest(
  tx: Tx,
  { alertId, user, phone, press }: AskedTest,
): Promise<number | undefined> {
  const { teamId, userId } = user;
  const isRecent = sql`${tests.requestedAt} > now() - make_interval(secs => ${PRESSED_TWICE_SECONDS})`;
  const same = and(
    eq(tests.alertId, alertId),
    eq(tests.userId, userId),
    sql`(${isRecent} or ${tests.press} = ${press})`,
  );
  if ((await tx.$count(tests, same)) > 0) return undefined;
  const [test] = await tx
    .insert(tests)
    .values({ alertId, teamId, userId, phone, press })
    .returning({ id: tests.id });
  await record(tx, { actor: user, action: "test requested", alertId, phone, detail: { press } });
  return test?.id;
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
