// "Send me a test" when a STOP crosses it.
import { expect, onTestFinished, test } from "vitest";
import { requestTest } from "../../src/alerts/tests.ts";
import { listAllEntries } from "../../src/audit/audit.ts";
import { createLog } from "../../src/log.ts";
import { optOut } from "../../src/opt-outs/opt-outs.ts";
import { people } from "../../src/practice/co-op/people.ts";
import { startWorld } from "../../src/practice/world.ts";
import { createTestSender } from "../../src/slack/alert/test.ts";
import { createClients } from "../../src/slack/wire/clients.ts";
import { insertAlert } from "../helpers/alerts.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { openGateway } from "../helpers/gateway.ts";

const PHONE = "+12065550195";

async function openDesk() {
  const { db } = await openTestDatabase();
  const world = await startWorld({ port: 0 });
  onTestFinished(world.close);
  const { slack, twilio, url } = world;
  const log = createLog("silent");
  const { background } = createClients({ botToken: slack.botToken, apiUrl: `${url}/slack/api/` }, log);
  const sendTest = createTestSender({ db, client: background, gateway: openGateway(world), log });
  const user = { teamId: slack.teamId, userId: people.priya.id };
  const { alertId } = await insertAlert(db, [], {});
  const asked = { alertId, user, phone: PHONE };
  return {
    twilio,
    slack,
    stop: () => db.transaction((tx) => optOut(tx, PHONE, "sms STOP", "member")),
    ask: () => db.transaction((tx) => requestTest(tx, { ...asked, press: "1.2.3" })),
    send: (testId: number) => sendTest({ ...asked, testId, text: "Boil your water.", kind: "emergency" }),
    audit: async () => (await listAllEntries(db)).map(({ action, detail }) => ({ action, ...detail })),
  };
}

test("a STOP that is kept before the test is asked for: there is no test", async () => {
  const { stop, ask, audit } = await openDesk();
  await stop();
  expect(await ask()).toEqual({ notSent: "opted out" });
  expect(await audit()).not.toContainEqual(expect.objectContaining({ action: "test requested" }));
});

test("a STOP that is kept after the press and before the text leaves: it does not leave, and that is told", async () => {
  const { stop, ask, send, audit, twilio, slack } = await openDesk();
  const kept = await ask();
  if (!("testId" in kept)) throw new Error(kept.notSent);
  await stop();
  await send(kept.testId);
  expect(twilio.requests).toEqual([]);
  expect(await audit()).toContainEqual(expect.objectContaining({ action: "test sent", failed: "opted out" }));
  expect(slack.directMessages(people.priya.id)).toMatchObject([
    { text: expect.stringContaining("your phone has opted out") },
  ]);
});
