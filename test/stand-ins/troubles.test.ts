// The table of what can go wrong: which requests a trouble meets, how long it lasts, and that it can be ended.
import { WebClient } from "@slack/web-api";
import { expect, onTestFinished, test, vi } from "vitest";
import { channels } from "../../src/practice/co-op/people.ts";
import { findTrouble, troubleNames } from "../../src/practice/trouble/table.ts";
import type { Scope } from "../../src/practice/trouble/troubles.ts";
import { startWorld } from "../../src/practice/world.ts";

async function setUp() {
  const world = await startWorld({ port: 0, slack: { rateLimits: false }, twilio: { pacing: "manual" } });
  onTestFinished(world.close);
  const { url, twilio, slack, troubles } = world;
  const authorization = `Basic ${Buffer.from(`${twilio.accountSid}:${twilio.authToken}`).toString("base64")}`;
  const text = async (to: string) => {
    const body = new URLSearchParams({ To: to, From: twilio.from, Body: "Boil your water." });
    const path = `${url}/2010-04-01/Accounts/${twilio.accountSid}/Messages.json`;
    return fetch(path, { method: "POST", body, headers: { authorization } }).then(
      ({ status }) => status,
      () => "no answer",
    );
  };
  const client = new WebClient(slack.botToken, {
    slackApiUrl: `${url}/slack/api/`,
    retryConfig: { retries: 0 },
  });
  const post = (channel: string = channels.board.id) =>
    client.chat.postMessage({ channel, text: "hi" }).then(
      () => "ok",
      ({ data, message }) => data?.error ?? message,
    );
  const turn = async (body: object) => {
    const response = await fetch(`${url}/practice/trouble`, { method: "POST", body: JSON.stringify(body) });
    return { status: response.status, ...((await response.json()) as { failure?: string }) };
  };
  const shown = async () => {
    const list = (await (await fetch(`${url}/practice/trouble`)).json()) as { name: string; isOn: boolean }[];
    return list.filter(({ isOn }) => isOn).map(({ name }) => name);
  };
  return { ...world, text, post, turn, shown, troubles };
}

const [ONE, TWO] = ["+12065550101", "+12065550102"] as const;

test.each<[Scope, (number | string)[]]>([
  [{}, [400, 400, 400, 400]],
  [{ times: 1 }, [400, 201, 201, 201]],
  [{ after: 1 }, [201, 400, 400, 400]],
  [{ after: 1, times: 2 }, [201, 400, 400, 201]],
  [{ to: TWO }, [201, 400, 201, 400]],
  [{ to: [TWO], times: 1 }, [201, 400, 201, 201]],
])("a scope of %o", async (scope, statuses) => {
  const { troubles, text } = await setUp();
  troubles.begin("twilio-21614", scope);
  const met = [];
  for (const to of [ONE, TWO, ONE, TWO]) met.push(await text(to));
  expect(met).toEqual(statuses);
  expect(troubles.isOn("twilio-21614")).toBe(scope.times === undefined);
});

test("several at a time, the last first, and each ends alone", async () => {
  const { troubles, text, post } = await setUp();
  troubles.begin("twilio-busy");
  troubles.begin("twilio-21614", { to: ONE });
  troubles.begin("slack-restricted_action", { method: "chat.postMessage", channel: channels.board.id });
  expect([await text(ONE), await text(TWO)]).toEqual([400, 429]);
  expect([await post(), await post(channels.general.id)]).toEqual(["restricted_action", "not_in_channel"]);
  troubles.end("twilio-busy");
  expect([await text(ONE), await text(TWO)]).toEqual([400, 201]);
  troubles.end("slack-restricted_action");
  expect(await post()).toBe("ok");
  troubles.close();
  expect(await text(ONE)).toBe(201);
});

test("an answer that is lost: what was asked for is done or not, as the trouble says", async () => {
  const { troubles, text, twilio } = await setUp();
  troubles.begin("twilio-answer-lost");
  expect([await text(ONE), await text(TWO), await text(ONE)]).toEqual([
    "no answer",
    "no answer",
    "no answer",
  ]);
  expect(twilio.ledger.map(({ to }) => to)).toEqual([ONE, ONE]);
  expect(await text(TWO)).toBe(201);
});

test("Slack is away for a minute and no longer", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const { troubles } = await setUp();
  const from = Date.now();
  troubles.begin("slack-away");
  expect(troubles.endsAt("slack-away")?.getTime()).toBe(from + 60_000);
  vi.advanceTimersByTime(59_000);
  expect(troubles.isOn("slack-away")).toBe(true);
  vi.advanceTimersByTime(1_000);
  expect(troubles.isOn("slack-away")).toBe(false);
});

test.each(troubleNames)("%s begins, is shown, and ends", async (name) => {
  const { turn, shown, text, post } = await setUp();
  expect(findTrouble(name)?.says).toMatch(/^[A-Z][^.]+$/);
  expect(await turn({ name, on: true })).toEqual({ status: 200 });
  expect(await shown()).toEqual([name]);
  expect(await turn({ name, on: false })).toEqual({ status: 200 });
  expect(await shown()).toEqual([]);
  expect([await text(ONE), await text("+16045550101"), await post()]).toEqual([201, 201, "ok"]);
});

test("what holds answers back lets them go at its end", async () => {
  const { troubles, text } = await setUp();
  troubles.begin("twilio-late");
  const answered = text(ONE);
  expect(
    await Promise.race([answered, new Promise((later) => setTimeout(() => later("not yet"), 300))]),
  ).toBe("not yet");
  troubles.end("twilio-late");
  expect(await answered).toBe(201);
});

test("an unknown name is refused with the names that there are", async () => {
  const { turn, shown } = await setUp();
  const { status, failure } = await turn({ name: "frogs", on: true });
  expect(status).toBe(404);
  expect(failure).toContain('nothing named "frogs"');
  for (const name of troubleNames) expect(failure).toContain(name);
  expect((await turn({ name: "twilio-busy", on: true, scope: { times: 0 } })).status).toBe(400);
  expect(await shown()).toEqual([]);
  expect(() => findTrouble("toString")).not.toThrow();
  expect(findTrouble("toString")).toBeUndefined();
});

test("whoever invites Headgate in again has ended that trouble", async () => {
  const { troubles, slack, shown } = await setUp();
  troubles.begin("out-of-channel");
  expect(await shown()).toEqual(["out-of-channel"]);
  slack.inviteApp(slack.channelId);
  expect(await shown()).toEqual([]);
});
