// Signed requests with something changed about them: none is accepted, and nothing changes.
import { request as httpRequest } from "node:http";
import twilioPackage from "twilio";
import { expect } from "vitest";
import { signSlack } from "../../../src/practice/stand-ins/slack/slack.ts";
import { connectTo } from "../../helpers/database.ts";
import { openLane, sendToLane } from "../../helpers/lane.ts";
import type { Scene } from "../../helpers/scene.ts";
import { newMessageSid } from "../../helpers/twilio-posts.ts";
import { campaign } from "./campaign.ts";
import { type Chance, takeChance } from "./chance.ts";

/** What goes over the wire; a header may stand there several times. */
type Wire = { path: string; headers: [string, string][]; body: string };
type Mutation = { what: string; wire: Wire };

const FORM = "application/x-www-form-urlencoded";

function post(port: number, { path, headers, body }: Wire): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, path, method: "POST", agent: false }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    for (const name of new Set(headers.map(([each]) => each))) {
      request.setHeader(
        name,
        headers.filter(([each]) => each === name).map(([, value]) => value),
      );
    }
    request.on("error", reject);
    request.end(body);
  });
}

/** One byte more, less, other, or elsewhere. */
function mutate(text: string, chance: Chance): string {
  const at = chance.below(text.length);
  const here = text.charAt(at);
  const byte = chance.pick([..."0123456789abcdefABCXYZ+/=&%._-:"]);
  const [before, after] = [text.slice(0, at), text.slice(at + 1)];
  const changed = chance.pick([
    before + after,
    before + byte + here + after,
    before + here + here + after,
    before + byte + after,
    before + after.slice(0, 1) + here + after.slice(1),
  ]);
  return changed === text ? mutate(text, chance) : changed;
}

const mutateHeader = (wire: Wire, name: string, change: (value: string) => string[]): Wire => ({
  ...wire,
  headers: wire.headers.flatMap(([each, value]): [string, string][] =>
    each === name ? change(value).map((changed) => [each, changed]) : [[each, value]],
  ),
});

const never = (): string[] => [];
const twice = (value: string): string[] => [value, value];

type Fields = [name: string, value: string][];
const withFields = (wire: Wire, fields: Fields): Wire => ({
  ...wire,
  body: new URLSearchParams(fields).toString(),
});

/** A field less, more, twice, with another's value, or with bytes moved over the border that the signature does not see. */
function mutateFields(fields: Fields, { below, pick }: Chance): Fields {
  const at = below(fields.length);
  const [name = "", value = ""] = fields[at] ?? [];
  const others = fields.filter((_, index) => index !== at);
  const [otherName, otherValue] = pick(others);
  const cut = below(value.length + 1);
  switch (below(7)) {
    case 0:
      return others;
    case 1:
      return [...fields, [pick(["Body", "From", "MessageStatus", "Zone", "1", ""]), pick(["STOP", "1", ""])]];
    case 2:
      return [...fields, [name, value]];
    case 3:
      return [...others.filter(([each]) => each !== otherName), [name, otherValue], [otherName, value]];
    case 4:
      // Moved from the value into the name, which reads the same in what is signed.
      return [...others, [name + value.slice(0, cut), value.slice(cut)]];
    case 5:
      return [...others, [name.slice(0, -1), name.slice(-1) + value]];
    default:
      // The end of the value as a field of its own, without a value.
      return [...others, [name, value.slice(0, cut)], [value.slice(cut), ""]];
  }
}

/** All that the app reads of a form: where this is the same, it is the same request in another spelling. */
function asRead(body: string, fields: readonly string[]): string {
  const form = new URLSearchParams(body);
  return JSON.stringify(fields.map((name) => form.getAll(name)));
}
const READ: Record<string, string[]> = {
  "/twilio/status": ["AccountSid", "MessageSid", "MessageStatus", "ErrorCode"],
  "/twilio/inbound": ["AccountSid", "MessageSid", "From", "Body"],
};

const SIGNED = "x-twilio-signature";

function forgeTwilio(scene: Scene, path: string, fields: Fields, chance: Chance): Mutation {
  const { authToken, accountSid } = scene.twilio;
  const url = `http://localhost:${scene.app.port}${path}`;
  const sign = (token: string, form: Fields) =>
    twilioPackage.getExpectedTwilioSignature(token, url, Object.fromEntries(form));
  const wireOf = (form: Fields, signature: string): Wire =>
    withFields(
      {
        path,
        headers: [
          ["content-type", FORM],
          [SIGNED, signature],
        ],
        body: "",
      },
      form,
    );
  const wire = wireOf(fields, sign(authToken, fields));
  const other = (sid: string) => sid.slice(0, -1) + (sid.endsWith("0") ? "1" : "0");
  switch (chance.below(8)) {
    case 0:
      return { what: "path", wire: { ...wire, path: `/${mutate(path.slice(1), chance)}` } };
    case 1:
      return {
        what: "signature",
        wire: mutateHeader(wire, SIGNED, (value) => [mutate(value, chance).trim()]),
      };
    case 2:
      return {
        what: "signatures",
        wire: mutateHeader(wire, SIGNED, chance.pick([never, twice])),
      };
    case 3:
      return { what: "body", wire: { ...wire, body: mutate(wire.body, chance) } };
    case 4:
      return { what: "token", wire: wireOf(fields, sign(mutate(authToken, chance), fields)) };
    case 5: {
      const foreign = fields.map(([name, value]): [string, string] => [
        name,
        name === "AccountSid" ? other(accountSid) : value,
      ]);
      return { what: "account", wire: wireOf(foreign, sign(authToken, foreign)) };
    }
    case 6:
      return { what: "type", wire: mutateHeader(wire, "content-type", () => ["application/json"]) };
    default:
      return { what: "fields", wire: withFields(wire, mutateFields(fields, chance)) };
  }
}

/** A request as Slack sent it, its button still there to be pressed. */
function forgeSlack(scene: Scene, body: string, chance: Chance): Mutation {
  const secret = scene.slack.signingSecret;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const wireOf = (key: string): Wire => ({
    path: "/slack/events",
    headers: [
      ["content-type", FORM],
      ["x-slack-request-timestamp", timestamp],
      ["x-slack-signature", signSlack(key, timestamp, body)],
    ],
    body,
  });
  const wire = wireOf(secret);
  const header = chance.pick(["x-slack-request-timestamp", "x-slack-signature"]);
  switch (chance.below(6)) {
    case 0:
      return { what: header, wire: mutateHeader(wire, header, (value) => [mutate(value, chance).trim()]) };
    case 1:
      return {
        what: `${header}s`,
        wire: mutateHeader(wire, header, chance.pick([never, twice])),
      };
    case 2:
      return { what: "secret", wire: wireOf(mutate(secret, chance)) };
    case 3:
      return { what: "path", wire: { ...wire, path: `/${mutate(wire.path.slice(1), chance)}` } };
    case 4:
      // A byte moved from the body to the time, or back.
      return chance.next() < 0.5
        ? {
            what: "border",
            wire: {
              ...mutateHeader(wire, "x-slack-request-timestamp", (value) => [`${value}:${body.slice(0, 3)}`]),
              body: body.slice(3),
            },
          }
        : {
            what: "border",
            wire: {
              ...mutateHeader(wire, "x-slack-request-timestamp", (value) => [value.slice(0, -1)]),
              body: `${timestamp.slice(-1)}:${body}`,
            },
          };
    default:
      return { what: "body", wire: { ...wire, body: mutate(body, chance) } };
  }
}

campaign(
  "forged or mutated signatures, every field",
  { short: 900, long: 30_000 },
  async (count, did) => {
    const chance = takeChance();
    const scene = await openLane(12, { twilio: { pacing: "manual" } });
    const { twilio, slack, app } = scene;
    await sendToLane(scene);
    await scene.messageSaying(/^Sent 12 of 12: 12 on the way/);
    // Something is there to be confirmed, and left alone.
    const review = await scene.reviews(scene.priya, { zones: ["Old Town"] });
    await scene.dale.presses("Send to", review);
    const payload = new URLSearchParams(slack.lastRequest()?.body).get("payload") ?? "";
    const confirm = new URLSearchParams({
      payload: payload.replaceAll(scene.dale.id, scene.priya.id),
    }).toString();
    // Phone and attempt of two digits: what is left of a number may be a number.
    const last = twilio.ledger.at(-1);
    if (!last?.statusCallback) throw new Error("nothing was sent");
    const { client } = connectTo(scene.databaseUrl);
    await client`update deliveries set attempt = 12 where message_sid = ${last.sid}`;
    const statusUrl = new URL(last.statusCallback.replace(/attempt=\d+/, "attempt=12"));
    const common: Fields = [
      ["AccountSid", twilio.accountSid],
      ["ApiVersion", "2010-04-01"],
      ["To", last.to],
    ];
    const status: Fields = [
      ...common,
      ["MessageSid", last.sid],
      ["MessageStatus", "delivered"],
      ["SmsSid", last.sid],
      ["ErrorCode", "30006"],
      ["From", twilio.from],
    ];
    const inbound: Fields = [
      ...common,
      ["MessageSid", newMessageSid()],
      ["Body", "STOP Elm Street is dry. From here on."],
      ["From", "+15095550142"],
      ["FromCity", "MILL CREEK"],
      ["NumMedia", "0"],
    ];
    const statusPath = statusUrl.pathname + statusUrl.search;
    const makers = [
      () => forgeTwilio(scene, statusPath, status, chance),
      () => forgeTwilio(scene, "/twilio/inbound", inbound, chance),
      () => forgeSlack(scene, confirm, chance),
    ];
    const before = await scene.everything();
    const tried = new Map<string, number>();
    const accepted: Mutation[] = [];

    for (let done = 0; done < count; ) {
      const { what, wire } = chance.pick(makers)();
      if (what === "body" || what === "fields") {
        const [path = ""] = wire.path.split("?");
        const fields = path.endsWith("status") ? status : inbound;
        const genuine = new URLSearchParams(fields).toString();
        const read = READ[path];
        if (read && asRead(wire.body, read) === asRead(genuine, read)) continue;
      }
      done++;
      tried.set(what, (tried.get(what) ?? 0) + 1);
      const answered = await post(app.port, wire).catch(() => 400);
      if (answered < 400 || answered >= 500) accepted.push({ what: `${what}: ${answered}`, wire });
    }

    expect(accepted).toEqual([]);
    expect(await scene.everything()).toEqual(before);
    expect(scene.log.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
    // Untouched, each of them is taken: what was refused was refused for the change.
    for (const [path, fields] of [
      [statusPath, status],
      ["/twilio/inbound", inbound],
    ] as const) {
      const signature = twilioPackage.getExpectedTwilioSignature(
        twilio.authToken,
        `http://localhost:${app.port}${path}`,
        Object.fromEntries(fields),
      );
      expect(
        await post(
          app.port,
          withFields(
            {
              path,
              headers: [
                ["content-type", FORM],
                [SIGNED, signature],
              ],
              body: "",
            },
            fields,
          ),
        ),
      ).toBe(204);
    }
    const timestamp = String(Math.floor(Date.now() / 1000));
    const headers: [string, string][] = [
      ["content-type", FORM],
      ["x-slack-request-timestamp", timestamp],
      ["x-slack-signature", signSlack(slack.signingSecret, timestamp, confirm)],
    ];
    expect(await post(app.port, { path: "/slack/events", headers, body: confirm })).toBe(200);
    did(
      `${count} requests, none accepted: ${[...tried].map(([what, times]) => `${times} ${what}`).join(", ")}`,
    );
  },
  0.05,
);
