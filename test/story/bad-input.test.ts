// Whatever comes over the wire: refused with a 4xx, nothing changed, nothing thrown.
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import twilioPackage from "twilio";
import { expect, test as story } from "vitest";
import { people } from "../../src/practice/co-op/people.ts";
import { signSlack } from "../../src/practice/stand-ins/slack/slack.ts";
import { openLane, sendToLane } from "../helpers/lane.ts";
import { openScene, type Scene } from "../helpers/scene.ts";
import { newMessageSid, postAsTwilio } from "../helpers/twilio-posts.ts";

const FORM = "application/x-www-form-urlencoded";

/** An alert that has gone out to one phone. */
async function openSentLane(): Promise<Scene> {
  const scene = await openLane(1, { twilio: { pacing: "manual" } });
  await sendToLane(scene);
  await scene.messageSaying(/^Sent 1 of 1: 1 on the way/);
  return scene;
}

/** What Slack was asked, but for the look at how it is, which comes by itself. */
/** What Headgate asks and shows by itself comes at any time. */
const BY_ITSELF = ["auth.test", "conversations.info", "users.info", "views.publish"];
const countCalls = ({ slack }: Scene) =>
  slack.calls.filter(({ method }) => !BY_ITSELF.includes(method)).length;

/** Every one of them is refused with a 4xx; afterwards everything is as before, and nothing was thrown. */
async function expectRefused(scene: Scene, requests: Record<string, () => Promise<number>>): Promise<void> {
  const before = await scene.everything();
  const slackCalls = countCalls(scene);
  for (const [what, send] of Object.entries(requests)) {
    const status = await send();
    expect.soft([what, status >= 400 && status < 500 ? "4xx" : status]).toEqual([what, "4xx"]);
  }
  expect(await scene.everything()).toEqual(before);
  expect(countCalls(scene)).toBe(slackCalls);
  expect(scene.log.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  expect((await fetch(`http://localhost:${scene.app.port}/readyz`)).status).toBe(200);
}

story("Twilio's webhooks refuse what is not signed, not ours or not whole", async () => {
  const scene = await openSentLane();
  const { twilio, app } = scene;
  const [message] = twilio.ledger;
  const status = {
    AccountSid: twilio.accountSid,
    MessageSid: message?.sid ?? "",
    MessageStatus: "delivered",
  };
  const text = {
    AccountSid: twilio.accountSid,
    MessageSid: newMessageSid(),
    From: "+15095550101",
    Body: "STOP",
  };
  const statusPath = "/twilio/status?sending=1&delivery=1&attempt=1";
  const token = twilio.authToken;
  const post = (...[path, form, overrides]: [string, Record<string, string | string[]>, object?]) =>
    postAsTwilio(app, token, path, form, overrides);
  const without = (path: string) =>
    fetch(`http://localhost:${app.port}${path}`, {
      method: "POST",
      headers: { "content-type": FORM },
      body: new URLSearchParams(text).toString(),
    }).then((response) => response.status);

  await expectRefused(scene, {
    "a status without a signature": () => without(statusPath),
    "a text without a signature": () => without("/twilio/inbound"),
    "an empty signature": () => post("/twilio/inbound", text, { signature: "" }),
    "a wrong signature": () => post("/twilio/inbound", text, { signature: "A".repeat(28) }),
    "another's token": () => postAsTwilio(app, "0".repeat(32), statusPath, status),
    "signed with nothing": () => postAsTwilio(app, "", statusPath, status),
    "signed for another delivery": () =>
      post(statusPath, status, {
        signature: twilioPackage.getExpectedTwilioSignature(
          token,
          `http://localhost:${app.port}/twilio/status?alert=1&delivery=2&attempt=1`,
          status,
        ),
      }),
    "another account": () => post("/twilio/inbound", { ...text, AccountSid: `AC${"0".repeat(32)}` }),
    "two accounts": () => post("/twilio/inbound", { ...text, AccountSid: [twilio.accountSid, "AC1"] }),
    "no account": () =>
      post("/twilio/inbound", { MessageSid: text.MessageSid, From: text.From, Body: "STOP" }),
    "changed after it was signed": () =>
      post("/twilio/inbound", text, { body: new URLSearchParams({ ...text, Body: "START" }).toString() }),
    "a SID of another form": () => post("/twilio/inbound", { ...text, MessageSid: "SM1" }),
    "what Twilio did, hidden in another field": () =>
      post("/twilio/inbound", { ...text, MessagingServiceSid: "MG1OptOutTypeSTOP" }),
    "no sender": () => post("/twilio/inbound", { ...text, From: "" }),
    "a sender that is no number": () => post("/twilio/inbound", { ...text, From: "anonymous" }),
    "a very long text": () => post("/twilio/inbound", { ...text, Body: "x".repeat(20_001) }),
    "an odd status": () => post(statusPath, { ...status, MessageStatus: "<b>" }),
    "no status": () => post(statusPath, { AccountSid: twilio.accountSid, MessageSid: status.MessageSid }),
    "an odd error code": () => post(statusPath, { ...status, ErrorCode: "many" }),
    "a sending that is no number": () => post("/twilio/status?sending=x&delivery=1&attempt=1", status),
    "a sending beyond all numbers": () =>
      post("/twilio/status?sending=99999999999&delivery=1&attempt=1", status),
    "no delivery": () => post("/twilio/status?sending=1&attempt=1", status),
    JSON: () => post("/twilio/inbound", text, { contentType: "application/json", body: "{}" }),
    "plain text": () => post("/twilio/inbound", text, { contentType: "text/plain" }),
    "no body": () => post("/twilio/inbound", text, { body: "" }),
    "too many fields": () =>
      post("/twilio/inbound", { ...text, More: Array.from({ length: 300 }, (_, n) => String(n)) }),
    "more than a megabyte": () => post("/twilio/inbound", { ...text, Body: "x".repeat(1024 * 1024) }),
  });
});

story(
  "Slack's requests are refused when unsigned, stale, from the future, malformed or unknown",
  async () => {
    const scene = await openSentLane();
    const { slack, app } = scene;
    const body = new URLSearchParams({
      command: "/alert",
      text: "",
      team_id: slack.teamId,
      user_id: people.priya.id,
      channel_id: slack.channelId,
      trigger_id: "1.2.3",
    }).toString();
    const seconds = (offset = 0) => String(Math.floor(Date.now() / 1000) + offset);
    type Request = { body?: string; timestamp?: string; secret?: string; signature?: string; type?: string };
    const post = async (request: Request = {}): Promise<number> => {
      const { timestamp = seconds(), secret = slack.signingSecret, type = FORM } = request;
      const sent = request.body ?? body;
      const response = await fetch(`http://localhost:${app.port}/slack/events`, {
        method: "POST",
        headers: {
          "content-type": type,
          "x-slack-request-timestamp": timestamp,
          "x-slack-signature": request.signature ?? signSlack(secret, timestamp, sent),
        },
        body: sent,
      });
      await response.arrayBuffer();
      return response.status;
    };
    const payload = (value: unknown) =>
      new URLSearchParams({ payload: typeof value === "string" ? value : JSON.stringify(value) }).toString();
    const press = {
      type: "block_actions",
      team: { id: slack.teamId },
      user: { id: people.priya.id, team_id: slack.teamId },
      trigger_id: "1.2.3",
      actions: [{ action_id: "confirm", type: "button", value: "1" }],
    };
    const withoutHeaders = () =>
      fetch(`http://localhost:${app.port}/slack/events`, {
        method: "POST",
        headers: { "content-type": FORM },
        body,
      }).then((response) => response.status);

    await expectRefused(scene, {
      "without any header": withoutHeaders,
      "an empty signature": () => post({ signature: "" }),
      "a wrong signature": () => post({ signature: `v0=${"0".repeat(64)}` }),
      "a signature of another version": () => post({ signature: `v1=${"0".repeat(64)}` }),
      "another secret": () => post({ secret: "f".repeat(32) }),
      "six minutes old": () => post({ timestamp: seconds(-360) }),
      "from the future": () => post({ timestamp: seconds(360) }),
      "a time that is none": () => post({ timestamp: "soon" }),
      "a time without an end": () => post({ timestamp: "1e99" }),
      "an empty body": () => post({ body: "" }),
      "no form": () => post({ body: "%%%" }),
      "an unknown command": () => post({ body: body.replace("%2Falert", "%2Feverything") }),
      "a command without a user": () => post({ body: "command=%2Falert&team_id=T1&trigger_id=1" }),
      "broken JSON": () => post({ body: payload("{") }),
      "JSON that is nothing": () => post({ body: payload("null") }),
      "an unknown kind": () => post({ body: payload({ ...press, type: "shortcut" }) }),
      "an unknown button": () =>
        post({ body: payload({ ...press, actions: [{ action_id: "everything", type: "button" }] }) }),
      "no buttons": () => post({ body: payload({ ...press, actions: [] }) }),
      "buttons of no kind": () => post({ body: payload({ ...press, actions: "confirm" }) }),
      nobody: () => post({ body: payload({ ...press, user: null }) }),
      "an unknown modal": () =>
        post({
          body: payload({
            ...press,
            type: "view_submission",
            view: { callback_id: "everything", private_metadata: "", state: { values: {} } },
          }),
        }),
      "an event of which we asked nothing": () =>
        post({ body: JSON.stringify({ type: "event_callback" }), type: "application/json" }),
      "another content type": () => post({ type: "text/plain" }),
      "more than a megabyte": () => post({ body: `${body}&x=${"x".repeat(1024 * 1024)}` }),
    });
  },
);

story("what Twilio signed, spelled or cut into fields in another way than it did, is refused", async () => {
  const scene = await openSentLane();
  const { twilio, app } = scene;
  const [message] = twilio.ledger;
  const statusPath = "/twilio/status?sending=1&delivery=1&attempt=1";
  type Form = Record<string, string>;
  const sign = (path: string, form: Form) =>
    twilioPackage.getExpectedTwilioSignature(twilio.authToken, `http://localhost:${app.port}${path}`, form);
  /** @param signed what Twilio signed, @param sent and what somebody makes of it */
  const forge = (path: string, signed: Form, sent: Form, sentTo = path) => {
    // Otherwise it would be refused for that.
    expect(sign(path, sent)).toBe(sign(path, signed));
    const signature = sign(path, signed);
    return () => postAsTwilio(app, twilio.authToken, sentTo, sent, { signature });
  };
  const status = {
    AccountSid: twilio.accountSid,
    ChannelPrefix: "sms",
    ErrorCode: "30003",
    MessageSid: message?.sid ?? "",
    MessageStatus: "undelivered",
  };
  const { ErrorCode: code, ...withoutCode } = status;
  const textWith = (more: Form) => ({
    AccountSid: twilio.accountSid,
    Body: "Hello",
    From: "+15095550101",
    MessageSid: newMessageSid(),
    NumMedia: "0",
    NumSegments: "1",
    ...more,
  });
  const cut = textWith({ Body: "STOP" });
  const cutWith = (rest: Form) => {
    const [[name = "", value = ""] = []] = Object.entries(rest);
    return forge("/twilio/inbound", { ...cut, Body: `STOP${name}${value}` }, { ...cut, ...rest });
  };
  const text = textWith({});
  await expectRefused(scene, {
    "a query with another spelling": forge(statusPath, status, status, `${statusPath.slice(0, -1)}%31`),
    "a query with something empty": forge(statusPath, status, status, `${statusPath}&`),
    "an error in another field": forge(statusPath, status, {
      ...withoutCode,
      ChannelPrefix: `smsErrorCode${code}`,
    }),
    "what Twilio did, in another field": forge(
      "/twilio/inbound",
      { ...text, OptOutType: "STOP" },
      { ...text, NumSegments: "1OptOutTypeSTOP" },
    ),
    "a text whose end is a field": cutWith({ Doing: " this" }),
    "a text whose end begins like one of Twilio's": cutWith({ Calling: " me" }),
    "a text whose end is the name of another of its fields": cutWith({ Error0: "" }),
  });
});

story("a body over 1 MB is answered with 413, announced or not", async () => {
  const scene = await openScene();
  const send = (path: string, headers: Record<string, string | number>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest(
        {
          port: scene.app.port,
          path,
          method: "POST",
          headers: {
            "content-type": FORM,
            "x-twilio-signature": "x",
            "x-slack-request-timestamp": Math.floor(Date.now() / 1000),
            "x-slack-signature": "v0=0",
            ...headers,
          },
        },
        (response) => resolve(response.statusCode),
      );
      request.on("error", reject);
      request.write("x".repeat(1024 * 1024 + 1));
      request.end();
    });
  for (const path of ["/slack/events", "/twilio/status", "/twilio/inbound"]) {
    expect(await send(path, { "content-length": 1024 * 1024 + 1 })).toBe(413);
    expect(await send(path, { "transfer-encoding": "chunked" })).toBe(413);
  }
  expect(scene.log.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
});

story("another path or another method is none of ours", async () => {
  const scene = await openSentLane();
  const ask = (method: string, path: string) =>
    fetch(`http://localhost:${scene.app.port}${path}`, { method }).then(({ status }) => status);
  expect(await ask("GET", "/slack/events")).toBe(405);
  expect(await ask("PUT", "/twilio/status")).toBe(405);
  expect(await ask("DELETE", "/twilio/inbound")).toBe(405);
  expect(await ask("POST", "/healthz")).toBe(405);
  for (const path of [
    "/",
    "/slack",
    "/slack/events/",
    "/twilio/status/1",
    "/../etc/passwd",
    "/constructor",
    "/%00",
  ]) {
    expect([path, await ask("POST", path)]).toEqual([path, 404]);
  }
  await expectRefused(scene, {});
});

story("whoever breaks off, or speaks no HTTP, throws nothing", async () => {
  const scene = await openSentLane();
  const say = (text: string, thenBreakOff = false) =>
    new Promise<string>((resolve) => {
      const socket = connect(scene.app.port, "localhost", () => {
        socket.write(text, () => {
          if (thenBreakOff) socket.resetAndDestroy();
        });
      });
      let answer = "";
      socket.on("data", (data) => {
        answer += data;
        socket.end();
      });
      socket.on("error", () => {});
      socket.on("close", () => resolve(answer));
    });
  expect(await say("hello\r\n\r\n")).toContain("400");
  const head = `POST /twilio/inbound HTTP/1.1\r\nHost: x\r\nContent-Type: ${FORM}\r\nX-Twilio-Signature: x\r\n`;
  expect(await say(`${head}Content-Length: nine\r\n\r\n`)).toContain("400");
  await say(`${head}Content-Length: 1000\r\n\r\nBody=ST`, true);
  const slack = `X-Slack-Request-Timestamp: ${Math.floor(Date.now() / 1000)}\r\nX-Slack-Signature: v0=0\r\n`;
  await say(`POST /slack/events HTTP/1.1\r\nHost: x\r\n${slack}Content-Length: 1000\r\n\r\ncommand`, true);
  await expectRefused(scene, {});
});

story("whoever presses as fast as a program is told to wait, and that is recorded once", async () => {
  const scene = await openScene();
  await Promise.all(Array.from({ length: 70 }, () => scene.gus.runs("/alert")));
  const { answer } = await scene.gus.runs("/alert");
  expect(answer?.body).toContain("very many requests");
  const refusals = await scene.audit("refused");
  expect(refusals.filter(({ why }) => why === "too fast")).toHaveLength(1);
  expect(refusals).toHaveLength(61);
  expect(scene.twilio.requests).toHaveLength(0);
});
