// The stand-in Twilio, asked by the official client and heard by an app that checks signatures.
import { createServer, type RequestListener } from "node:http";
import twilioClient from "twilio";
import { describe, expect, onTestFinished, test } from "vitest";
import { readBody } from "../../src/practice/stand-ins/http.ts";
import type { Behaviour } from "../../src/practice/stand-ins/misbehaviour.ts";
import { behaviours, refuses } from "../../src/practice/stand-ins/twilio/misbehaviour.ts";
import { lifelikePacing, promptPacing } from "../../src/practice/stand-ins/twilio/pacing.ts";
import {
  createStandInTwilio,
  type StandInTwilioOptions,
} from "../../src/practice/stand-ins/twilio/twilio.ts";

const ruth = "+12065550101";
const ike = "+12065550107";

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return `http://127.0.0.1:${address.port}`;
}

type Heard = { path: string; form: Record<string, string>; genuine: boolean };

async function setUp(options: Partial<StandInTwilioOptions> = {}) {
  const twilio = createStandInTwilio({ from: "+12065550199", ...options });
  onTestFinished(() => twilio.close());
  const apiUrl = await listen((request, response) => void twilio.handle(request, response));
  const heard: Heard[] = [];
  const app = { heard, answers: [] as { status: number; body?: string }[], publicUrl: "" };
  const appUrl = await listen(async (request, response) => {
    const form = Object.fromEntries(new URLSearchParams((await readBody(request)).toString("utf8")));
    const signature = String(request.headers["x-twilio-signature"]);
    const signed = (app.publicUrl || appUrl) + request.url;
    const genuine = twilioClient.validateRequest(twilio.authToken, signature, signed, form);
    heard.push({ path: request.url ?? "", form, genuine });
    const { status, body } = app.answers.shift() ?? { status: 204 };
    response.writeHead(status).end(body);
  });
  twilio.connect({ inboundUrl: `${appUrl}/twilio/inbound` });
  const client = twilioClient(twilio.accountSid, twilio.authToken);
  client.api.baseUrl = apiUrl;
  const statusCallback = `${appUrl}/twilio/status?delivery=1.7#rc=3&rp=all`;
  const create = (to: string, body = "Boil your water.") =>
    client.messages.create({
      to,
      body,
      messagingServiceSid: twilio.messagingServiceSid,
      statusCallback,
    });
  return { twilio, client, create, app, appUrl, heard, statusCallback };
}

describe("creating a message", () => {
  test("through a service: accepted, no sender, no segments and no price yet", async () => {
    const { create, twilio } = await setUp({ pacing: "manual" });
    const message = await create(ruth);
    expect(message).toMatchObject({
      status: "accepted",
      from: null,
      numSegments: "0",
      price: null,
      to: ruth,
    });
    expect(message.sid).toMatch(/^SM[0-9a-f]{32}$/);
    expect(twilio.ledger).toMatchObject([{ sid: message.sid, to: ruth, body: "Boil your water." }]);
  });

  test("from a number: queued, its segments counted", async () => {
    const { client, twilio } = await setUp({ pacing: "manual" });
    const message = await client.messages.create({ to: ruth, from: twilio.from, body: "á".repeat(71) });
    expect(message).toMatchObject({ status: "queued", from: twilio.from, numSegments: "2" });
  });

  test.each<[number, string, object]>([
    [21604, "no To", { to: "" }],
    [21211, "a To that is no number", { to: "+1206555" }],
    [21211, "a magic number", { to: "+15005550001" }],
    [21614, "a magic number that is no mobile", { to: "+15005550009" }],
    [21603, "no sender", { messagingServiceSid: undefined }],
    [21606, "somebody else's number", { messagingServiceSid: undefined, from: "+12065550102" }],
    [21701, "somebody else's service", { messagingServiceSid: `MG${"0".repeat(32)}` }],
    [21602, "no Body", { body: "" }],
    [21617, "a Body over 1,600 characters", { body: "x".repeat(1601) }],
    [21609, "a callback that is no URL", { statusCallback: "/twilio/status" }],
    [21624, "a validity of nothing", { validityPeriod: 0 }],
    [21624, "a validity over ten hours", { validityPeriod: 36_001 }],
  ])("is refused with %i for %s", async (code, _why, change) => {
    const { client, twilio } = await setUp();
    const request = {
      to: ruth,
      body: "Hello",
      messagingServiceSid: twilio.messagingServiceSid,
      ...change,
    };
    await expect(client.messages.create(request)).rejects.toMatchObject({ code, status: 400 });
    expect(twilio.ledger).toEqual([]);
  });

  test("is refused for a purpose that is none", async () => {
    const { client, twilio } = await setUp();
    const request = { to: ruth, from: twilio.from, body: "Hello", messageIntent: "emergency" };
    await expect(client.messages.create(request)).rejects.toMatchObject({ code: 20001 });
  });

  test("by a trial account goes to verified numbers alone, after Twilio's own words", async () => {
    const { create, twilio } = await setUp({ pacing: "manual" });
    twilio.account.verified = [ruth];
    await expect(create(ike)).rejects.toMatchObject({ code: 21608 });
    expect((await create(ruth)).body).toBe("Sent from your Twilio trial account - Boil your water.");
  });

  test("to a country that is not enabled is refused", async () => {
    const { create, twilio } = await setUp();
    twilio.account.closed = ["+1206"];
    await expect(create(ruth)).rejects.toMatchObject({ code: 21408 });
  });

  test("is put off where the account takes its purpose for not essential", async () => {
    const { client, twilio } = await setUp({ pacing: "manual" });
    twilio.account.holdsBack = true;
    const of = async (messageIntent?: string) =>
      (
        await client.messages.create({
          to: ruth,
          from: twilio.from,
          body: "Hello",
          ...(messageIntent && { messageIntent }),
        })
      ).status;
    expect([await of(), await of("events"), await of("notifications")]).toEqual([
      "scheduled",
      "scheduled",
      "queued",
    ]);
  });

  test("needs the account's own token", async () => {
    const { client, twilio } = await setUp();
    const stranger = twilioClient(twilio.accountSid, "0".repeat(32));
    stranger.api.baseUrl = client.api.baseUrl;
    const request = { to: ruth, from: twilio.from, body: "Hello" };
    await expect(stranger.messages.create(request)).rejects.toMatchObject({ code: 20003, status: 401 });
  });
});

describe("what becomes of a message", () => {
  test("each status after the first is told, signed, and the phone gets the text", async () => {
    const { create, twilio, heard } = await setUp();
    const { sid } = await create(ruth);
    await twilio.settle();
    expect(heard.map(({ form }) => form.MessageStatus).sort()).toEqual([
      "delivered",
      "queued",
      "sending",
      "sent",
    ]);
    expect(heard.every(({ genuine }) => genuine)).toBe(true);
    expect(heard[0]).toMatchObject({
      path: "/twilio/status?delivery=1.7",
      form: { MessageSid: sid, To: ruth, From: twilio.from, AccountSid: twilio.accountSid },
    });
    expect(twilio.phones.get(ruth).texts).toMatchObject([{ by: "app", body: "PRACTICE - Boil your water." }]);
  });

  test.each([
    ["landline", "undelivered", 30006],
    ["switched off", "undelivered", 30003],
    ["failing", "failed", 30008],
    ["unconfirmed", "sent", null],
  ] as const)("to a %s phone ends as %s", async (nature, status, errorCode) => {
    const { create, client, twilio, heard } = await setUp({ phones: [{ number: ruth, nature }] });
    const { sid } = await create(ruth);
    await twilio.settle();
    expect(await client.messages(sid).fetch()).toMatchObject({ status, errorCode });
    const told = heard.find(({ form }) => form.MessageStatus === status);
    expect(told?.form.ErrorCode).toBe(errorCode === null ? undefined : String(errorCode));
  });

  test("by hand: one step at a time, and callbacks late, twice and out of order", async () => {
    const { create, twilio, heard } = await setUp({ pacing: "manual" });
    const { sid } = await create(ruth);
    const answer = await twilio.advance(sid);
    expect(answer).toMatchObject({ status: 204, attempts: 1 });
    await twilio.advance(sid, "delivered");
    await twilio.tell(sid, "sent");
    if (answer) await twilio.repeat(answer);
    expect(heard.map(({ form }) => form.MessageStatus)).toEqual(["queued", "delivered", "sent", "queued"]);
    expect(twilio.message(sid)?.status).toBe("delivered");
  });

  test("a message that waited longer than its validity fails", async () => {
    let now = Date.parse("2026-01-01T00:00:00Z");
    const { client, twilio } = await setUp({ pacing: "manual", now: () => new Date(now) });
    const { sid } = await client.messages.create({
      to: ruth,
      from: twilio.from,
      body: "Hello",
      validityPeriod: 60,
    });
    now += 61_000;
    await twilio.settle();
    expect(await client.messages(sid).fetch()).toMatchObject({ status: "failed", errorCode: 30036 });
  });

  test("the price comes later than the delivery", async () => {
    const { create, client, twilio } = await setUp({ pacing: "manual" });
    const { sid } = await create(ruth);
    await twilio.settle();
    expect(await client.messages(sid).fetch()).toMatchObject({ numSegments: "1", price: null });
    twilio.fillPrices();
    expect(await client.messages(sid).fetch()).toMatchObject({ price: "-0.00830", priceUnit: "USD" });
  });

  test("can be canceled only while it waits", async () => {
    const { create, client, twilio } = await setUp({ pacing: "manual" });
    const waiting = await create(ruth);
    const sent = await create(ike);
    await twilio.advance(sent.sid, "sent");
    expect(await client.messages(waiting.sid).update({ status: "canceled" })).toMatchObject({
      status: "canceled",
    });
    await expect(client.messages(sent.sid).update({ status: "canceled" })).rejects.toMatchObject({
      code: 30409,
    });
  });
});

describe("webhooks", () => {
  test("come again after an error when the URL says so", async () => {
    const { create, twilio, app, heard } = await setUp({ pacing: "manual" });
    const { sid } = await create(ruth);
    app.answers.push({ status: 500 }, { status: 404 });
    expect(await twilio.advance(sid)).toMatchObject({ status: 204, attempts: 3 });
    expect(new Set(heard.map(({ form }) => form.MessageSid))).toEqual(new Set([sid]));
  });

  test("do not come again when it does not", async () => {
    const { twilio, app, heard } = await setUp({ pacing: "manual" });
    app.answers.push({ status: 500 });
    expect((await twilio.reply(ruth, "Hello")).answer).toMatchObject({ status: 500, attempts: 1 });
    expect(heard).toHaveLength(1);
  });

  test("are signed for the public URL although they go through a proxy", async () => {
    const { twilio, app, appUrl, heard } = await setUp();
    app.publicUrl = "https://alerts.example.org";
    twilio.connect({ inboundUrl: "https://alerts.example.org/twilio/inbound", via: appUrl });
    await twilio.reply(ruth, "Is it safe to shower?");
    expect(heard).toMatchObject([{ genuine: true, path: "/twilio/inbound" }]);
  });

  test("never leave this machine", async () => {
    const { twilio } = await setUp();
    twilio.connect({ inboundUrl: "https://alerts.example.org/twilio/inbound" });
    expect((await twilio.reply(ruth, "Hello")).answer).toMatchObject({ status: "not on this machine" });
  });
});

describe("a member writes", () => {
  test("and the app hears it, signed", async () => {
    const { twilio, heard } = await setUp();
    const { sid } = await twilio.reply(ruth, "Is it safe to shower?");
    const form = {
      MessageSid: sid,
      From: ruth,
      To: twilio.from,
      Body: "Is it safe to shower?",
      NumMedia: "0",
    };
    expect(heard).toMatchObject([{ genuine: true, form }]);
  });

  test.each(["STOP", " stop ", "Unsubscribe", "optout"])("%s blocks the number until START", async (word) => {
    const { twilio, create, heard } = await setUp();
    await twilio.reply(ruth, word);
    await expect(create(ruth)).rejects.toMatchObject({ code: 21610, status: 400 });
    expect(twilio.phones.get(ruth).texts.at(-1)).toMatchObject({
      by: "Twilio",
      body: expect.stringContaining("successfully been unsubscribed"),
    });
    await twilio.reply(ruth, "start");
    await create(ruth);
    expect(heard.filter(({ path }) => path === "/twilio/inbound")).toHaveLength(2);
  });

  test.each(["STOP!", "Please stop", "no más"])("%s is no word of Twilio's", async (words) => {
    const { twilio, create } = await setUp();
    await twilio.reply(ruth, words);
    await create(ruth);
    expect(twilio.phones.get(ruth).texts.filter(({ by }) => by === "Twilio")).toEqual([]);
  });

  test("with Advanced Opt-Out the owner's own words count, and the app is told what was done", async () => {
    const { twilio, create, heard } = await setUp();
    twilio.settings.optOutWords.advanced = { stop: ["ALTO"], start: ["EMPEZAR"], help: ["AYUDA"] };
    for (const word of ["alto", "hola", "ayuda"]) await twilio.reply(ruth, word);
    await expect(create(ruth)).rejects.toMatchObject({ code: 21610 });
    await twilio.reply(ruth, "Empezar");
    await create(ruth);
    await twilio.reply(ruth, "STOP");
    await create(ruth);
    const told = heard.filter(({ path }) => path === "/twilio/inbound").map(({ form }) => form.OptOutType);
    expect(told).toEqual(["STOP", undefined, "HELP", "START", undefined]);
  });

  test("HELP is answered and changes nothing", async () => {
    const { twilio } = await setUp();
    await twilio.reply(ruth, "help");
    expect(twilio.phones.get(ruth)).toMatchObject({ optedOut: false });
    expect(twilio.phones.get(ruth).texts).toHaveLength(2);
  });

  test("an app's own answer reaches the phone, so that one too many is seen", async () => {
    const { twilio, app } = await setUp();
    app.answers.push({ status: 200, body: "<Response><Message>Fish &amp; chips</Message></Response>" });
    await twilio.reply(ruth, "Hello");
    expect(twilio.phones.get(ruth).texts.at(-1)).toMatchObject({
      by: "app",
      body: "PRACTICE - Fish & chips",
    });
  });
});

describe("what is set at the account", () => {
  /** Another host than the one that texts are sent to, as with Twilio. */
  async function openHosts() {
    const set = await setUp();
    const messagingUrl = await listen((request, response) => {
      void set.twilio.handleMessaging(request, response).then((isDone) => isDone || response.end());
    });
    set.client.messaging.baseUrl = messagingUrl;
    return { ...set, service: set.client.messaging.v1.services(set.twilio.messagingServiceSid) };
  }

  test("the number's own address, and the app that outranks it", async () => {
    const { client, twilio } = await openHosts();
    const find = async () => (await client.incomingPhoneNumbers.list({ phoneNumber: twilio.from }))[0];
    expect(await find()).toMatchObject({ phoneNumber: twilio.from, smsMethod: "POST" });
    expect((await find())?.smsUrl).toMatch(/\/twilio\/inbound$/);
    expect(await client.incomingPhoneNumbers.list({ phoneNumber: ruth })).toEqual([]);
    const sid = twilio.settings.addApplication({ smsUrl: "https://app.example.com/", smsMethod: "GET" });
    twilio.settings.number.smsApplicationSid = sid;
    expect(await find()).toMatchObject({ smsApplicationSid: sid });
    expect(await client.applications(sid).fetch()).toMatchObject({ smsUrl: "https://app.example.com/" });
  });

  test("the service and its numbers are told at a host of their own", async () => {
    const { service, twilio, heard } = await openHosts();
    expect(await service.fetch()).toMatchObject({ useInboundWebhookOnNumber: false, inboundMethod: "POST" });
    expect(await service.phoneNumbers.list()).toMatchObject([{ phoneNumber: twilio.from }]);
    expect(await service.shortCodes.list()).toEqual([]);
    Object.assign(twilio.settings.service, { inboundRequestUrl: null });
    await twilio.reply(ruth, "Hello");
    expect(heard, "the service's address is empty, and the number's does not count").toEqual([]);
    twilio.settings.service.useInboundWebhookOnNumber = true;
    await twilio.reply(ruth, "Hello");
    expect(heard).toHaveLength(1);
  });
});

describe("lists", () => {
  test("of what was written to the number, whether or not the app heard it", async () => {
    const { client, twilio } = await setUp();
    twilio.connect({ inboundUrl: "http://localhost:1/" });
    await twilio.reply(ruth, "STOP");
    const [found] = await client.messages.list({
      to: twilio.from,
      dateSentAfter: new Date(Date.now() - 60_000),
    });
    expect(found).toMatchObject({ direction: "inbound", from: ruth, body: "STOP", status: "received" });
  });

  test("of one phone, newest first, over pages", async () => {
    const { create, client } = await setUp({ pacing: "manual" });
    for (const body of ["one", "two", "three", "four", "five"]) await create(ruth, body);
    await create(ike, "other");
    const found = await client.messages.list({ to: ruth, pageSize: 2 });
    expect(found.map(({ body }) => body)).toEqual(["five", "four", "three", "two", "one"]);
  });

  test("by the date sent know only what has been sent", async () => {
    const now = new Date("2026-01-05T12:00:00Z");
    const { create, client, twilio } = await setUp({ pacing: "manual", now: () => now });
    const sent = await create(ruth, "sent");
    await twilio.advance(sent.sid, "sent");
    await create(ruth, "waiting");
    const bodies = async (filter: object) =>
      (await client.messages.list({ to: ruth, ...filter })).map(({ body }) => body);
    expect(await bodies({})).toEqual(["waiting", "sent"]);
    expect(await bodies({ dateSentAfter: new Date("2026-01-05T11:59:00Z") })).toEqual(["sent"]);
    expect(await bodies({ dateSentAfter: new Date("2026-01-05T12:01:00Z") })).toEqual([]);
    expect(await bodies({ dateSentBefore: new Date("2026-01-05T11:59:00Z") })).toEqual([]);
    expect(await bodies({ dateSent: new Date("2026-01-05T12:00:00Z") })).toEqual(["sent"]);
  });

  test("may lag", async () => {
    const { create, client, twilio } = await setUp({ pacing: "manual" });
    const { promise, resolve } = Promise.withResolvers<void>();
    twilio.misbehave({ create: () => ({ ...behaviours.resetAfter, listedAfter: promise }) });
    await expect(create(ruth)).rejects.toThrow();
    expect(await client.messages.list({ to: ruth })).toEqual([]);
    resolve();
    await promise;
    expect(await client.messages.list({ to: ruth })).toHaveLength(1);
  });
});

describe("a bad day: what the sender sees and what was accepted are two things", () => {
  test.each<[string, Behaviour, boolean, object]>([
    ["throttled", behaviours.throttled, false, { code: 20429, status: 429 }],
    ["500 before", behaviours.error500Before, false, { status: 500 }],
    ["500 after", behaviours.error500After, true, { status: 500 }],
    ["reset before", behaviours.resetBefore, false, { code: "ECONNRESET" }],
    ["reset after", behaviours.resetAfter, true, { code: "ECONNRESET" }],
    ["half a JSON", behaviours.truncated, true, { name: "SyntaxError" }],
    ["half a body", behaviours.cutOff, true, {}],
    ["an odd 201", behaviours.odd201, true, { name: "SyntaxError" }],
    ["a suspended account", refuses(20005), false, { code: 20005, status: 403 }],
  ])("%s", async (_name, behaviour, accepted, error) => {
    const { create, twilio } = await setUp({ pacing: "manual" });
    twilio.misbehave({ create: ({ n }) => (n === 1 ? behaviour : undefined) });
    await expect(create(ruth)).rejects.toMatchObject(error);
    expect(twilio.ledger).toHaveLength(accepted ? 1 : 0);
    expect(twilio.requests).toHaveLength(1);
    await create(ruth);
  });

  test.each([
    ["hang before", behaviours.hangBefore, 0],
    ["hang after", behaviours.hangAfter, 1],
  ] as const)("%s", async (_name, behaviour, accepted) => {
    const { client, twilio } = await setUp({ pacing: "manual" });
    twilio.misbehave({ create: () => behaviour });
    const giveUp = new AbortController();
    const asking = fetch(`${client.api.baseUrl}/2010-04-01/Accounts/${twilio.accountSid}/Messages.json`, {
      method: "POST",
      signal: giveUp.signal,
      headers: { authorization: `Basic ${btoa(`${twilio.accountSid}:${twilio.authToken}`)}` },
      body: new URLSearchParams({ To: ruth, From: twilio.from, Body: "Hello" }),
    });
    await twilio.until(() => twilio.requests.length === 1 && twilio.ledger.length === accepted);
    giveUp.abort();
    await expect(asking).rejects.toThrow();
  });

  test("a callback can come before the answer to the request", async () => {
    const { create, twilio, heard } = await setUp();
    const { promise, resolve } = Promise.withResolvers<void>();
    twilio.misbehave({ create: () => ({ ...behaviours.ok, answerAfter: promise }) });
    const creating = create(ruth);
    await twilio.until(() => twilio.ledger.length === 1);
    await twilio.settle();
    expect(heard).toHaveLength(4);
    resolve();
    expect((await creating).sid).toBe(twilio.ledger[0]?.sid);
  });

  test("looking can fail as well", async () => {
    const { client, twilio } = await setUp();
    twilio.misbehave({ look: ({ n }) => (n === 1 ? behaviours.throttled : undefined) });
    await expect(client.messages.list({ to: ruth })).rejects.toMatchObject({ code: 20429 });
    expect(await client.messages.list({ to: ruth })).toEqual([]);
  });

  test("callbacks can be lost or doubled", async () => {
    const pacing = {
      ...promptPacing,
      callbackDelays: ({ status }: { status: string }) =>
        status === "sent" ? [] : status === "delivered" ? [0, 0] : [0],
    };
    const { create, twilio, heard } = await setUp({ pacing });
    await create(ruth);
    await twilio.settle();
    const told = heard.map(({ form }) => form.MessageStatus).sort();
    expect(told).toEqual(["delivered", "delivered", "queued", "sending"]);
  });

  test("on a lifelike network callbacks are sometimes late, twice or lost", () => {
    const delays = (chance: number) => lifelikePacing(() => chance).callbackDelays({ sid: "", status: "" });
    expect(delays(0.01)).toEqual([]);
    expect(delays(0.05)).toHaveLength(2);
    expect(delays(0.15)[0]).toBeGreaterThan(1000);
    expect(delays(0.5)[0]).toBeLessThan(150);
  });
});
