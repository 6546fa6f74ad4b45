// Instances of the live program, each a process of its own, on one PostgreSQL and one made-up world.
import { expect, onTestFinished } from "vitest";
import { confirmAlert } from "../../../src/alerts/confirm.ts";
import { saveDraft } from "../../../src/alerts/draft.ts";
import { addBoardMember } from "../../../src/board/allowlist.ts";
import { changesOf } from "../../../src/board/change.ts";
import { migrateDatabase } from "../../../src/db/migrate.ts";
import { openDatabase } from "../../../src/db/open.ts";
import type { DeliveryStatus } from "../../../src/db/schema.ts";
import { resumeAlert } from "../../../src/deliveries/lifecycle.ts";
import { countResendable, resend } from "../../../src/deliveries/resend.ts";
import { freePort } from "../../../src/free-port.ts";
import { people } from "../../../src/practice/co-op/people.ts";
import { promptPacing } from "../../../src/practice/stand-ins/twilio/pacing.ts";
import { settingsFor } from "../../../src/practice/start.ts";
import { startWorld } from "../../../src/practice/world.ts";
import { createTestDatabase } from "../../helpers/database.ts";
import { eventually } from "../../helpers/eventually.ts";
import { twilioWords } from "../../helpers/gateway.ts";
import { lane } from "../../helpers/lane.ts";
import { noon } from "../../helpers/moment.ts";
import { letPass, wakeJobs } from "../../helpers/time.ts";
import { keepLog } from "../log.ts";
import { type Instance, startInstance } from "./instance.ts";
import { judgeWorld } from "./judge.ts";

/** A callback that finds nobody comes again a little later, when somebody may be there. */
const pacing = { ...promptPacing, retryDelay: () => 300 };

export type FleetOptions = {
  instances: number;
  /** Phones that each alert goes to. */
  phones: number;
  settings?: Record<string, string>;
  databaseUrl?: string;
  /** A way for each instance to the database, if not the direct one. */
  proxyFor?: (url: string) => Promise<string>;
  /** A module's source that each instance loads before all else. */
  preload?: string;
  /** The folder that they run in, if not an empty one each. */
  cwd?: string;
};

export type Fleet = Awaited<ReturnType<typeof openFleet>>;

/** Everything is torn down when the test ends, or sooner by `close`. */
export async function openFleet(options: FleetOptions) {
  // At this pace Slack's limits can't be kept.
  const world = await startWorld({ port: 0, slack: { rateLimits: false }, twilio: { pacing } });
  onTestFinished(world.close);
  const { twilio } = world;
  const url = options.databaseUrl ?? (await createTestDatabase());
  await migrateDatabase({ url });
  const connection = openDatabase(url, { maxConnections: 4 });
  const { db, client, close: disconnect } = connection;
  onTestFinished(disconnect);
  const user = { teamId: world.slack.teamId, userId: people.priya.id };
  await addBoardMember(db, user, "operator", "command line");
  const pressing = (what: string) => changesOf(db, user, "operator", what);
  const zoneId = await addZone();
  // Only now: nobody has imported these members.
  await keepLog(client);
  const crashes: string[] = [];

  async function addZone(): Promise<number> {
    const [zone] = await client<{ id: number }[]>`
      with zone as (insert into zones (name, key) values ('Lane', 'lane') returning id), added as (
        insert into members (account, name, zone_id) select phone, 'Member', zone.id
        from zone, jsonb_array_elements_text(${JSON.stringify(lane(options.phones))}::text::jsonb) as phone
        returning id, account), numbers as (
        insert into addresses (member_id, address) select id, account from added)
      select id from zone`;
    if (!zone) throw new Error("no zone was added");
    return zone.id;
  }

  const instances: Instance[] = [];
  for (let n = 0; n < options.instances; n++) {
    const port = await freePort();
    const settings = {
      ...settingsFor(world, port),
      DATABASE_URL: (await options.proxyFor?.(url)) ?? url,
      SEGMENTS_PER_SECOND: "1000",
      LOG_LEVEL: "info",
      ...options.settings,
    };
    instances.push(
      await startInstance({ port, settings, preload: options.preload, cwd: options.cwd, crashes }),
    );
  }
  await Promise.all(instances.map(({ up }) => up()));

  async function count(...statuses: DeliveryStatus[]): Promise<number> {
    const [row] = await client<{ count: number }[]>`
      select count(*)::int from deliveries where status::text = any(${statuses})`;
    return row?.count ?? 0;
  }

  /** What need not wait for the answer to a probe: whoever sent that may be dead. */
  async function countReady(): Promise<number> {
    const [row] = await client<{ count: number }[]>`
      select count(*)::int from deliveries d join parts p using (sending_id, part) join sendings s on s.id = d.sending_id
      where d.status = 'pending' and s.status = 'sending' and halt_reason is null and not probing`;
    return row?.count ?? 0;
  }

  async function resumeHalted(): Promise<void> {
    const halted = await client<{ id: number; halts: number }[]>`
      select a.id, halts from parts p join sendings s on s.id = p.sending_id join alerts a using (sending_id)
      where halt_reason is not null and s.status = 'sending'`;
    const change = pressing("resume");
    for (const { id, halts } of halted) await change((tx) => resumeAlert(tx, id, halts, user));
  }

  /** Deliveries of which nobody knows, and about which the provider was not asked yet. */
  async function countUnasked(): Promise<number> {
    const [row] = await client<{ count: number }[]>`
      select count(*)::int from deliveries
      where ask_at <= now() or (ask_at is null and status = 'sending' and lease_until <= now())`;
    return row?.count ?? 0;
  }

  /** One alert after another, some dozens of questions a second. */
  const allIsAsked = (what: string) =>
    eventually(
      async () => {
        const [row] = await client<{ due: number }[]>`
          select count(*)::int as due from sendings where follow_at <= now()`;
        return row?.due === 0 && (await countUnasked()) === 0;
      },
      what,
      { patience: 600_000, every: 50 },
    );

  async function everythingBegun(): Promise<boolean> {
    await resumeHalted();
    const due =
      await client`update deliveries set again_at = now() where status = 'pending' and again_at > now() returning 1`;
    if (due.length > 0) await wakeJobs(connection);
    return (await count("pending")) === 0;
  }

  /** Writes and confirms an alert to all phones; each has a text of its own. */
  async function send(): Promise<number> {
    const text = `Mill Creek: notice ${crypto.randomUUID()}.`;
    const draft = { author: user, kind: "service", zoneIds: [zoneId], allZones: false, text, viewId: text };
    const saved = await pressing("compose")((tx) => saveDraft(tx, draft, noon()));
    if (!("alertId" in saved)) throw new Error(`no draft: ${JSON.stringify(saved)}`);
    const reviewed = { alertId: saved.alertId, version: 1 };
    const needs = { gateway: "twilio", ...noon() };
    expect(await confirmAlert(pressing("confirm"), reviewed, needs)).toMatchObject({ outcome: "confirmed" });
    return saved.alertId;
  }

  return {
    twilio,
    closeIdleConnections: world.closeIdleConnections,
    client,
    instances,
    count,
    resumeHalted,
    letPass: (time: string, claimedBefore: string) => letPass(connection, time, claimedBefore),
    countUnasked,
    /** Only for what was claimed by those who are dead. */
    letOrphansPass(time: string): Promise<void> {
      const oldest = Math.min(...instances.map(({ startedAt }) => startedAt()));
      return letPass(connection, time, new Date(oldest).toISOString());
    },
    send,
    /** Waits until the provider was asked for this many more texts; there is always one more alert to send. */
    async requestsGoOn(more: number): Promise<void> {
      const enough = twilio.requests.length + more;
      await patiently(async () => {
        await resumeHalted();
        if ((await countReady()) < options.phones / 2) await send();
        return twilio.requests.length >= enough;
      }, "more to be sent");
    },
    /** A person presses Resend on each alert that has something unknown, once its thread has named it. */
    async resendUnknown(): Promise<number> {
      const rows = await client<{ id: number }[]>`
        update deliveries set failure_named_at = now() where status = 'unknown'
          returning (select id from alerts a where a.sending_id = deliveries.sending_id) as id`;
      let resent = 0;
      for (const id of new Set(rows.map((row) => row.id))) {
        const outcome = await pressing("resend-unknown")(async (tx) => {
          const { unknown: said } = await countResendable(tx, id, twilioWords);
          return resend(tx, twilioWords, { alertId: id, what: "unknown", said, user });
        });
        if (typeof outcome === "object" && "resent" in outcome) resent += outcome.resent;
      }
      return resent;
    },
    /** Lets time pass until every delivery is decided and nobody has anything left to ask. */
    async settle(): Promise<void> {
      for (let passes = 0; passes === 0 || (await count("pending", "sending")) > 0; passes++) {
        if (passes > 20) throw new Error(`${await count("pending", "sending")} deliveries are never decided`);
        await patiently(everythingBegun, "everything to be handed over");
        await letPass(connection, "29 minutes");
        await allIsAsked("all questions to be asked");
      }
      // What was decided only now may have missed its last callback, once none is on its way any more.
      await twilio.settle();
      await letPass(connection, "29 minutes");
      await allIsAsked("the last words");
      await patiently(
        async () => (await client`select from sendings where status = 'sending'`).length === 0,
        "the end of all alerts",
      );
    },
    /** What is under way, for whoever has to find out why it is. */
    listOpen: () => client`
      select s.status as sending, p.halt_reason, p.probing, d.sending_id, d.position, d.status, d.attempt, d.code,
        now() - d.claimed_at as since_claim, d.lease_until - now() as lease, d.again_at - now() as again,
        d.ask_at - now() as ask
      from deliveries d join parts p using (sending_id, part) join sendings s on s.id = d.sending_id
      where d.status in ('pending', 'sending') limit 10`,
    /** A request to the provider, by the address of its callbacks, and what became of its delivery. */
    async historyOf(statusCallback: string | undefined): Promise<string> {
      const query = new URL(statusCallback ?? "http://none").searchParams;
      const steps = await client<{ step: string }[]>`
        select format('attempt %s from %s to %s', after -> 'attempt', before ->> 'status', after ->> 'status') as step
        from change_log where what = 'deliveries' and after ->> 'sending_id' = ${query.get("sending")}
          and after ->> 'position' = ${query.get("delivery")} order by id`;
      return `${statusCallback}: ${steps.map(({ step }) => step).join(", ")}`;
    },
    /** Ends all instances, and lets the judge look. */
    async end(): Promise<string[]> {
      const codes = await Promise.all(instances.map((instance) => instance.terminate()));
      const ends = codes.flatMap((code) => (code === 0 ? [] : [`an instance ended with ${code}`]));
      return [...crashes, ...ends, ...(await judgeWorld(client, twilio))];
    },
    async close(): Promise<void> {
      await Promise.all(instances.map((instance) => instance.kill()));
      await disconnect();
      await world.close();
    },
  };
}

/**
 * A fleet sends while things go wrong, then everything is decided, and the judge finds nothing.
 *
 * @param faults brings them about @param look what is asked once all is decided @returns what that found
 */
export async function judgeFleet<T>(
  options: FleetOptions,
  faults: (fleet: Fleet) => Promise<void>,
  look: (fleet: Fleet) => Promise<T>,
): Promise<T> {
  const fleet = await openFleet(options);
  await faults(fleet);
  await fleet.settle();
  const found = await look(fleet);
  const violations = await fleet.end();
  await fleet.close();
  expect(violations).toEqual([]);
  return found;
}

/** Looks again and again, on a machine that may be slow and busy. */
export const patiently = (look: () => Promise<boolean>, what: string): Promise<boolean> =>
  eventually(look, what, { patience: 120_000, every: 50 });
