// Headgate with the built-in PostgreSQL dies in the middle of sending, in each way that it can: Node alone, all of its
// processes at once, or a stop that reaches every process of the group, the database first.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { inArray } from "drizzle-orm";
import { expect, test } from "vitest";
import { startEmbedded } from "../../../src/db/embedded.ts";
import { openDatabase } from "../../../src/db/open.ts";
import { type DeliveryStatus, deliveries } from "../../../src/db/schema.ts";
import { emptyFolder } from "../../helpers/program.ts";
import { campaign, inRounds } from "./campaign.ts";
import type { Chance } from "./chance.ts";
import { type Fleet, judgeFleet, openFleet, patiently } from "./fleet.ts";

/** This many in one world, before the judge looks. */
const DEATHS_A_ROUND = 15;
const PHONES = 60;

type Death = (fleet: Fleet, data: string) => Promise<void>;

const only = ({ instances: [instance] }: Fleet) => {
  if (!instance) throw new Error("there is no instance");
  return instance;
};

/** @returns how many processes it had */
async function signalServer(data: string, signal: NodeJS.Signals): Promise<number> {
  const pids = await serverProcesses(data);
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {} // it ended with the one before
  }
  return pids.length;
}

/** The postmaster and its children. */
async function serverProcesses(data: string): Promise<number[]> {
  const [postmaster] = (await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")).split("\n");
  if (!postmaster) return [];
  const found = [Number(postmaster)];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    // After the name, which is in brackets: the state, and the parent.
    if (stat.slice(stat.lastIndexOf(")")).split(" ")[2] === postmaster) found.push(Number(pid));
  }
  return found;
}

const killNode: Death = (fleet) => only(fleet).kill();

const killAll: Death = async (fleet, data) => {
  const dead = only(fleet).kill();
  expect(await signalServer(data, "SIGKILL")).toBeGreaterThan(5);
  await dead;
};

/** As a service manager does that tells every process of a unit. */
const stopGroup: Death = async (fleet, data) => {
  expect(await signalServer(data, "SIGTERM")).toBeGreaterThan(5);
  expect(await only(fleet).terminate(), "how it ended").toBe(0);
  const { out, err } = only(fleet).said();
  expect(err).toBe("");
  expect(out, "what was under way").not.toContain("a hand-over was not recorded");
  // The server may stay: whoever looks at the tables here may be connected to it again.
};

test("what is under way is recorded, although the database went first", { timeout: 120_000 }, async () => {
  const { cwd, data, url } = await leaveServer();
  const settings = { DATABASE_URL: "", SEGMENTS_PER_SECOND: "100" };
  const fleet = await openFleet({ instances: 1, phones: 5, databaseUrl: url, cwd, settings });
  const answered = Promise.withResolvers<void>();
  fleet.twilio.misbehave({ create: () => ({ answerAfter: answered.promise }) });
  await fleet.send();
  await patiently(async () => fleet.twilio.ledger.length === 5, "texts under way");

  await signalServer(data, "SIGTERM");
  const ending = only(fleet).terminate();
  await patiently(
    async () => only(fleet).said().out.includes('"msg":"stopping"'),
    "the beginning of its end",
  );
  answered.resolve();

  expect(await ending).toBe(0);
  await fleet.close();
  const again = await startEmbedded(join(cwd, "data"));
  const { db, close } = openDatabase(again.url("headgate"), { maxConnections: 1 });
  const count = (...statuses: DeliveryStatus[]) =>
    db.$count(deliveries, inArray(deliveries.status, statuses));
  expect(await count("sending")).toBe(0);
  expect(await count("accepted", "sent", "delivered")).toBe(5);
  await close();
  await again.stop();
});

const DEATHS = [killNode, killAll, stopGroup];

/** The built-in PostgreSQL in a folder of its own, as a killed Node leaves it: it runs, and is nobody's. */
async function leaveServer(): Promise<{ cwd: string; data: string; url: string }> {
  const cwd = await emptyFolder();
  const server = await startEmbedded(join(cwd, "data"));
  await server.createDatabase("headgate");
  const url = server.url("headgate");
  const connection = openDatabase(url, { maxConnections: 1 });
  await connection.client`select 1`;
  await server.stop(); // somebody is connected, so it only lets go
  await connection.close();
  return { cwd, data: join(cwd, "data", "postgres"), url };
}

async function oneRound(deaths: number, random: Chance): Promise<number> {
  const { cwd, data, url } = await leaveServer();
  const settings = { DATABASE_URL: "", SEGMENTS_PER_SECOND: "100" };
  try {
    return await judgeFleet(
      { instances: 1, phones: PHONES, databaseUrl: url, cwd, settings },
      async (fleet) => {
        for (let n = 0; n < deaths; n++) {
          await fleet.requestsGoOn(1 + random.below(32));
          await DEATHS[n % DEATHS.length]?.(fleet, data);
          only(fleet).start();
          await only(fleet).up();
          const answers = () => fleet.client`select 1`.then(() => true).catch(() => false);
          await patiently(answers, "the database");
          if (random.next() < 0.3) await fleet.letOrphansPass("2 minutes");
        }
      },
      async ({ twilio }) => twilio.ledger.length,
    );
  } finally {
    // The server ends with Headgate unless somebody is connected, as those are who look at the tables here.
    await signalServer(data, "SIGINT");
    await patiently(async () => (await serverProcesses(data)).length === 0, "the end of the server");
  }
}

campaign(
  "with the built-in PostgreSQL: kill -9 of Node, kill -9 of everything at once, a stop of every process",
  { short: 3, long: 60 },
  async (count, did) => {
    let taken = 0;
    await inRounds(count, DEATHS_A_ROUND, async (deaths, random) => {
      taken += await oneRound(deaths, random);
    });
    did(`${count / DEATHS.length} times each, ${taken} texts taken`);
  },
  60,
);
