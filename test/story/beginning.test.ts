// Never start empty by mistake: a database that is new where the co-op is not.
import { expect, onTestFinished, test } from "vitest";
import { people } from "../../src/practice/co-op/people.ts";
import { settingsFor } from "../../src/practice/start.ts";
import { startWorld, type World, type WorldOptions } from "../../src/practice/world.ts";
import { createTestDatabase } from "../helpers/database.ts";
import { eventually } from "../helpers/eventually.ts";
import { openGateway } from "../helpers/gateway.ts";
import { emptyFolder, runProgram } from "../helpers/program.ts";
import { openSlackWitness, postAsHeadgate } from "../helpers/slack-memory.ts";

const TIME_ZONE = "America/Los_Angeles";
const today = () => new Intl.DateTimeFormat("en-CA", { timeZone: TIME_ZONE, dateStyle: "short" }).format();

async function openWorld(options: Partial<WorldOptions> = {}): Promise<World> {
  const world = await startWorld({ port: 0, ...options });
  onTestFinished(world.close);
  return world;
}

/** As if this were sent some days ago. */
async function hasSent(days: number, body: string): Promise<World> {
  let ahead = -days * 86_400_000;
  const now = () => new Date(Date.now() + ahead);
  const world = await openWorld({ twilio: { now } });
  await openGateway(world).send({ to: "+12065550142", body, kind: "service" });
  await world.twilio.settle();
  ahead = 0;
  return world;
}

async function start(world: World, databaseUrl: string, settings: Record<string, string> = {}) {
  return runProgram("main.ts", {
    cwd: await emptyFolder(),
    settings: { ...settingsFor(world, 0), DATABASE_URL: databaseUrl, ...settings },
  });
}

const runs = /"msg":"Headgate runs"/;

/** Starts, and ends again. */
async function startsWell(world: World, databaseUrl: string, settings: Record<string, string> = {}) {
  const program = await start(world, databaseUrl, settings);
  await program.says(runs);
  program.signal("SIGTERM");
  expect(await program.end()).toMatchObject({ code: 0, err: "" });
}

async function refuses(world: World, databaseUrl: string, words: RegExp, settings = {}) {
  const { code, err } = await (await start(world, databaseUrl, settings)).end();
  expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(words) });
  return err;
}

test("its messages stand in the board's channel: it does not start, until a person begins anew today", async () => {
  const world = await openWorld();
  await postAsHeadgate(world);
  const url = await createTestDatabase();

  const told = await refuses(
    world,
    url,
    /^Headgate could not start\. This database is new, but your co-op has/,
  );
  expect(told).toMatch(
    /own messages stand in the board's channel in Slack, the last of .*texted STOP would be/s,
  );
  expect(told).toContain(`set BEGIN_ANEW=${today()}`);
  await startsWell(world, url, { BEGIN_ANEW: today() });
  await startsWell(world, url);
});

test("texts of before today that begin with the co-op's name: it does not start either", async () => {
  const world = await hasSent(2, "Mill Creek Water: the water is off.");
  const settings = { ORGANIZATION_NAME: "MILL CREEK WATER" };
  const told = await refuses(
    world,
    await createTestDatabase(),
    /Twilio has texts of yours that begin with/,
    settings,
  );
  expect(told).not.toContain("Slack");
});

test.each([
  ["of today, as when it was set up and tried", 0, "Mill Creek Water: a test.", {}],
  ["of another sender's making", 9, "Your invoice of Mill Creek Water is due.", {}],
  ["that nobody can tell apart", 9, "Mill Creek Water: the water is off.", { ORGANIZATION_NAME: "" }],
])("texts %s are no reason", async (_, days, body, settings) => {
  const world = await hasSent(days, body);
  await startsWell(world, await createTestDatabase(), { ORGANIZATION_NAME: "Mill Creek Water", ...settings });
});

test("a service's numbers are looked at too", async () => {
  const world = await hasSent(2, "Mill Creek Water: the water is off.");
  const gateway = openGateway(world, {
    messagingUrl: world.messagingUrl,
    sender: { messagingServiceSid: world.twilio.messagingServiceSid },
  });
  const query = { beginsWith: "Mill Creek Water", before: new Date() };
  expect(await gateway.findSent(query)).toBeInstanceOf(Date);
  expect(await gateway.findSent({ ...query, beginsWith: "Other Co-op" })).toBeUndefined();
});

test("Slack remembers us behind many messages of people, and takes none of theirs for ours", async () => {
  const world = await openWorld({ slack: { rateLimits: false } });
  const { slack } = world;
  const witness = openSlackWitness(world);
  const chat = async () => {
    for (let n = 0; n < 210; n++) await slack.type(people.ana.id, slack.channelId, `Message ${n}`);
  };
  await chat();
  expect(await witness.look()).toBeUndefined();
  await postAsHeadgate(world);
  await chat();
  expect(await witness.look()).toMatch(/own messages stand in the board's channel/);
  slack.removeApp(slack.channelId);
  await expect(witness.look()).rejects.toThrow("channel_not_found");
});

test("who can't be asked at the start is asked again, and /readyz says what they remember", async () => {
  const world = await openWorld();
  await postAsHeadgate(world);
  world.troubles.begin("slack-unreachable");
  const url = await createTestDatabase();
  const program = await start(world, url);
  const [, port] = await program.says(/"port":(\d+),"msg":"Headgate runs"/);
  expect(program.said.out).toContain("could not be asked");
  world.troubles.close();
  await eventually(
    async () =>
      (await (await fetch(`http://localhost:${port}/readyz`)).text()).includes("This database is new"),
    "the word about it",
    { patience: 25_000, every: 200 },
  );
  program.signal("SIGTERM");
  await program.end();
  // The next start asks as the first did.
  await refuses(world, url, /This database is new/);
});
