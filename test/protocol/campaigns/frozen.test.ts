// An instance is frozen in mid-send and goes on when its lease is long over, as when a machine swaps or is
// moved. Others have decided meanwhile what is to become of its texts.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { campaign, inRounds } from "./campaign.ts";
import type { Chance } from "./chance.ts";
import { type Fleet, judgeFleet, patiently } from "./fleet.ts";
import type { Instance } from "./instance.ts";
import { takesItsTime } from "./slow-provider.ts";

const FREEZES_A_ROUND = 20;
const PHONES = 120;

/**
 * No test waits for a minute, so the frozen one's clock is moved on by a file. It is read at every look at
 * the clock, so that, as with the real one, nothing happens by the old time once the process goes on.
 */
const CLOCK_FILE = "seconds-ahead";
const PRELOAD = `import { existsSync, readFileSync } from "node:fs";
const now = performance.now.bind(performance);
const ahead = () => existsSync("${CLOCK_FILE}") ? Number(readFileSync("${CLOCK_FILE}", "utf8")) : 0;
performance.now = () => now() + 1000 * ahead();`;

async function oneRound(freezes: number, random: Chance) {
  let resent = 0;
  const { taken, told } = await judgeFleet(
    { instances: 2, phones: PHONES, preload: PRELOAD },
    async (fleet) => {
      resent = await freezeInTurn(fleet, freezes, random);
    },
    async ({ twilio, historyOf }) => {
      const texts = Map.groupBy(twilio.ledger, ({ to, body }) => `${to} ${body}`);
      const twice = [...texts.values()].filter(({ length }) => length > 1).flat();
      const histories = await Promise.all(twice.map(({ statusCallback }) => historyOf(statusCallback)));
      return { taken: texts.size, told: histories.flat() };
    },
  );
  expect(told, "what a phone got twice").toEqual([]);
  return { taken, resent };
}

/** @returns how many texts a person has had sent again meanwhile */
async function freezeInTurn(fleet: Fleet, freezes: number, random: Chance): Promise<number> {
  const { twilio, instances } = fleet;
  twilio.misbehave(takesItsTime(random));
  const [one, two] = instances;
  if (!one || !two) throw new Error("this takes two");
  let clock = 0;
  let resent = 0;
  for (let freeze = 0; freeze < freezes; freeze++) {
    const [frozen, other] = random.pick([
      [one, two],
      [two, one],
    ]);
    // Longer than the lease; or than it takes to give a text up as unknown, and a person has it resent.
    const seconds = random.pick([61, 720]);
    const untilTransactionsEnd = await freezeInMidSend(fleet, { frozen, other }, random);
    other.start();
    await other.up();
    await untilTransactionsEnd();
    // For what the frozen one had claimed. What the other one has claimed since is under way.
    await fleet.letPass(`${seconds} seconds`, new Date(other.startedAt()).toISOString());
    await patiently(async () => (await fleet.countUnasked()) === 0, "the other one to ask");
    if (seconds > 600) {
      await untilQuiet(fleet, "the other one to send the rest");
      resent += await fleet.resendUnknown();
      await untilQuiet(fleet, "what was resent");
    }

    // No process can look at the clock and write in one: what it was just about to write then meets a
    // connection that the provider has closed long ago.
    fleet.closeIdleConnections();
    clock += seconds;
    await writeFile(join(frozen.cwd, CLOCK_FILE), String(clock));
    frozen.signal("SIGCONT");
    await sendsAgain(fleet, frozen);
  }
  return resent;
}

/**
 * @returns ends its transactions, as PostgreSQL does by itself after ten seconds each. One that had waited for another
 *   comes to stand open only when that one is gone. The other instance ends those that are in the middle of a statement.
 */
async function freezeInMidSend(
  { twilio, client, send }: Fleet,
  { frozen, other }: { frozen: Instance; other: Instance },
  random: Chance,
) {
  // The other one comes only later, so that all that is under way is the frozen one's.
  await other.terminate();
  const fatal = twilio.requests.length + 1 + random.below(PHONES - 1);
  const reached = twilio.until(() => twilio.requests.length >= fatal, "enough requests", 120_000);
  await send();
  await reached;
  frozen.signal("SIGSTOP");
  const sessions = await client<{ pid: number }[]>`
    select pid from pg_stat_activity where datname = current_database() and application_name = 'headgate'`;
  const pids = sessions.map(({ pid }) => pid);
  const noneIsLeft = async () => {
    const left = await client<{ state: string }[]>`
      select state, case when state like 'idle in transaction%' then pg_terminate_backend(pid) end
      from pg_stat_activity where pid = any(${pids}) and state <> 'idle' and pid <> pg_backend_pid()`;
    return left.length === 0;
  };
  return () => patiently(noneIsLeft, "the frozen one's transactions to end");
}

/** Answers that came while it was frozen were given up, and may have halted an alert. */
async function untilQuiet(fleet: Fleet, what: string): Promise<void> {
  const isQuiet = async () => {
    await fleet.resumeHalted();
    return (await fleet.count("pending", "sending")) === 0;
  };
  await patiently(isQuiet, what).catch(async (error) => {
    throw new Error(`${error.message} Open are ${JSON.stringify(await fleet.listOpen())}`);
  });
}

/** What it had claimed comes before what it claims now. */
async function sendsAgain(fleet: Fleet, { port }: Instance): Promise<void> {
  const before = fleet.twilio.requests.length;
  await patiently(async () => {
    await fleet.resumeHalted();
    if ((await fleet.count("pending")) < PHONES / 2) await fleet.send();
    return fleet.twilio.requests
      .slice(before)
      .some(({ statusCallback }) => statusCallback?.startsWith(`http://localhost:${port}/`));
  }, "it to send again");
}

campaign(
  "an instance frozen (SIGSTOP) past its lease, then continued: no phone twice",
  { short: 3, long: 200 },
  async (count, did) => {
    let [taken, resent] = [0, 0];
    await inRounds(count, FREEZES_A_ROUND, async (freezes, random) => {
      const round = await oneRound(freezes, random);
      taken += round.taken;
      resent += round.resent;
    });
    did(`${count} freezes, ${taken} taken, ${resent} resent by a person meanwhile, 0 phones twice`);
  },
  60,
);
