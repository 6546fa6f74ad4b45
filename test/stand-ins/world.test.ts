// The practice world's one server: the page, its live events, the phones, and who may ask.
import { request } from "node:http";
import { isValidPhoneNumber } from "libphonenumber-js";
import twilioClient from "twilio";
import { describe, expect, onTestFinished, test } from "vitest";
import { board, members, natures, optedOut, slackPeople, zones } from "../../src/practice/co-op/people.ts";
import { startWorld } from "../../src/practice/world.ts";

const ruth = "+12065550101";

async function setUp() {
  const world = await startWorld({ port: 0 });
  onTestFinished(() => world.close());
  return world;
}

type Shown = {
  number: string;
  names: string[];
  group: string;
  newest: { body: string } | null;
  count: number;
};
async function wallOf(url: string): Promise<{ latest: unknown; phones: Shown[] }> {
  const response = await fetch(`${url}/practice/phones`);
  return (await response.json()) as { latest: unknown; phones: Shown[] };
}

/** The status of a GET whose path is sent exactly as it stands here. */
function statusOf(
  url: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { path, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on("error", reject).end();
  });
}

describe("the page", () => {
  test.each([
    ["phones/phones.js", "text/javascript"],
    ["look/phones.css", "text/css"],
  ])("%s comes with its type and is never kept", async (name, type) => {
    const { url } = await setUp();
    const response = await fetch(`${url}/page/${name}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain(type);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test.each([
    "/page/../world.ts",
    "/page/..%2fworld.ts",
    "/page/%2e%2e/world.ts",
    "/page/nothing.js",
    "/page/slack/../../world.ts",
    "/page/slack/..%2f..%2fworld.ts",
    "/page/slack/look/page.css",
    "//etc/passwd",
    "/elsewhere",
  ])("%s is not there", async (path) => {
    const { url } = await setUp();
    expect(await statusOf(url, path)).toBe(404);
  });

  test.each([
    { host: "practice.example.com" },
    { host: "localhost.example.com:3000" },
    { origin: "https://example.com" },
    { origin: "http://localhost:1" },
    { origin: "null" },
  ])("a request from %o is refused", async (headers) => {
    const { url } = await setUp();
    expect(await statusOf(url, "/practice/phones", headers)).toBe(403);
  });

  test("a taken port is said in plain words", async () => {
    const { url } = await setUp();
    const port = Number(new URL(url).port);
    await expect(startWorld({ port })).rejects.toThrow(/taken by another program.*PORT=/);
  });
});

describe("the phones", () => {
  test("receive what the app sends, and the page is told", async () => {
    const { url, twilio } = await setUp();
    const events = await fetch(`${url}/practice/events`);
    const client = twilioClient(twilio.accountSid, twilio.authToken);
    client.api.baseUrl = url;
    await client.messages.create({ to: ruth, from: twilio.from, body: "Boil your water." });
    await twilio.settle();
    let said = "";
    for await (const chunk of events.body ?? []) {
      said += new TextDecoder().decode(chunk);
      if (said.includes("data: phones\n\n")) break;
    }
    const wall = await wallOf(url);
    expect(wall.latest).toEqual({ body: "PRACTICE - Boil your water.", phones: 1 });
    expect(wall.phones.find(({ number }) => number === ruth)).toMatchObject({
      names: ["Ruth Abbott"],
      group: "North Ridge",
      count: 1,
      newest: { by: "app", body: "PRACTICE - Boil your water." },
    });
  });

  test("write back", async () => {
    const { url, twilio } = await setUp();
    const post = (value: unknown) =>
      fetch(`${url}/practice/phones/reply`, { method: "POST", body: JSON.stringify(value) });
    expect((await post({ phone: ruth, body: "stop" })).status).toBe(200);
    expect(twilio.phones.get(ruth).optedOut).toBe(true);
    const opened = await fetch(`${url}/practice/phones/${ruth}`);
    expect(await opened.json()).toMatchObject({
      leftOut: "opted out",
      texts: [{ by: "phone" }, { by: "Twilio" }],
    });
    for (const bad of [{}, { phone: "ruth", body: "Hi" }, { phone: ruth, body: "" }, "STOP"]) {
      expect((await post(bad)).status).toBe(400);
    }
  });
});

describe("the invented co-op", () => {
  const phones = new Set(members.map(({ phone }) => phone).filter((phone) => phone !== ""));

  test("has 240 members in four zones, with 220 phones, of which six have opted out", () => {
    expect(members).toHaveLength(240);
    expect(new Set(members.map(({ account }) => account)).size).toBe(240);
    expect(new Set(members.map(({ zone }) => zone))).toEqual(new Set(zones));
    expect(members.filter(({ phone }) => phone === "")).toHaveLength(8);
    expect(phones.size).toBe(220);
    expect(new Set(optedOut).size).toBe(6);
  });

  test("has only numbers that belong to nobody, and none but a member's is special", () => {
    const all = [...phones, ...board.flatMap(({ phone }) => phone ?? [])];
    for (const phone of all) {
      expect(phone).toMatch(/^\+1\d{3}55501\d\d$/);
      expect(isValidPhoneNumber(phone)).toBe(true);
    }
    expect(new Set(all).size).toBe(all.length);
    for (const special of [...natures.keys(), ...optedOut]) expect(phones.has(special)).toBe(true);
  });

  test("has a board of two admins and three operators, all of them in Slack", () => {
    expect(board.map(({ role }) => role).sort()).toEqual([
      "admin",
      "admin",
      "operator",
      "operator",
      "operator",
    ]);
    const ids = slackPeople.map(({ id }) => id);
    for (const { userId } of board) expect(ids).toContain(userId);
  });
});
