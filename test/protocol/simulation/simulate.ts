// One run: a plan is played on the stage, everything then settles, and what came of it is handed back.
import { saveDraft } from "../../../src/alerts/draft.ts";
import { readLog, type SimulatedDatabase, setTime } from "./database.ts";
import { createFleet, type Fleet } from "./fleet.ts";
import { author, createPeople, type People } from "./people.ts";
import { chanceFrom, type Deed, type Plan } from "./plan.ts";
import type { Message } from "./provider.ts";
import { createStage, HOURS, type Owner, SECONDS } from "./stage.ts";

const TEXTS: Record<Plan["secondAlert"], string[]> = {
  none: ["Boil your water."],
  "another text": ["Boil your water.", "The water is fine again."],
  "the same text": ["Boil your water.", "Boil your water."],
};

/** For this many steps things go wrong; then all has to come to an end by itself. */
const MOST_STEPS = 275;
const SETTLED_WITHIN = 30 * HOURS;
const MOST_ROUNDS = 200;

export type Run = Awaited<ReturnType<typeof simulate>>;

export async function simulate(database: SimulatedDatabase, plan: Plan) {
  await database.reset();
  const chance = chanceFrom(plan.choices[Symbol.iterator]());
  const stage = createStage(chance);
  const world: Owner = { name: "world", isGone: false, stalledUntil: 0 };
  const fleet = createFleet({ database, plan, stage, chance, world });
  const { provider, running } = fleet;

  await setTime(database, stage);
  const { phones, alertCount } = await found(database, plan);
  const people = createPeople({ database, plan, stage, chance, world, running, phones });
  for (let n = 0; n < plan.instances; n++) await fleet.start();
  for (let alertId = 1; alertId <= alertCount; alertId++) {
    const seconds = (alertId - 1) * chance.between(0, 60);
    stage.after(world, seconds * SECONDS, "time to send", () => people.confirm(alertId));
    stage.after(world, (seconds + 20) * SECONDS, "a second press", () => people.confirm(alertId));
  }
  const deeds = listDeeds(fleet, people);
  for (const { atSecond, deed } of plan.deeds) {
    const act = () => deeds[deed](chance.between(1, alertCount));
    stage.after(world, atSecond * SECONDS, `deed: ${deed}`, act);
  }
  while (stage.count() < MOST_STEPS) {
    const before = stage.count();
    await stage.next({ isHurried: false });
    if (stage.count() > before) fleet.mayMeetFault();
  }

  await fleet.settle();
  const settledBy = stage.now() + SETTLED_WITHIN;
  for (let rounds = 0; rounds < MOST_ROUNDS && stage.now() < settledBy; rounds++) {
    const open = await listOpen(database, provider.ledger);
    if (open.length === 0) break;
    for (const { alertId, status } of open) if (status === "halted") await people.resume(alertId);
    for (let n = 0; n < 20; n++) await stage.next({ isHurried: true });
  }
  const log = await readLog(database);
  const { requests, ledger } = provider;
  return { plan, log, presses: people.presses, requests, ledger, account: stage.account };
}

/** The co-op, its board of one, and the drafts. */
async function found({ client, db }: SimulatedDatabase, plan: Plan) {
  await client`insert into zones (name, key) values ('North', 'north')`;
  await client`insert into board_members (team_id, user_id, role) values ('T1', 'U1', 'operator')`;
  const phones = Array.from({ length: plan.phones }, (_, n) => `+1206555${String(100 + n).padStart(4, "0")}`);
  for (const phone of phones) {
    await client`insert into members (account, name, phone, zone_id) values (${phone}, ${phone}, ${phone}, 1)`;
  }
  const texts = TEXTS[plan.secondAlert];
  for (const [n, text] of texts.entries()) {
    await saveDraft(db, { author, kind: "other", zoneIds: [1], allZones: false, text, viewId: `V${n}` });
  }
  return { phones, alertCount: texts.length };
}

const listDeeds = (fleet: Fleet, people: People): Record<Deed, (alertId: number) => unknown> => ({
  stop: people.stop,
  resume: people.resume,
  "resend unknown": (alertId) => people.resendAll(alertId, "unknown"),
  "resend unreached": (alertId) => people.resendAll(alertId, "unreached"),
  "STOP from a phone": () => people.write("STOP"),
  "START from a phone": () => people.write("START"),
  "confirm again": people.confirm,
  "a stranger confirms": people.confirmAsStranger,
  crash: fleet.crash,
  stall: fleet.stall,
  "orderly stop": fleet.stopInOrder,
  "database away": fleet.loseDatabase,
});

/** Alerts and deliveries that are under way, or that the provider knows more about. */
async function listOpen({ client }: SimulatedDatabase, ledger: readonly Message[]) {
  const open = await client<{ status: string; alertId: number; position: number }[]>`
    select status::text, id as "alertId", 0 as position from alerts where status in ('sending', 'halted')
    union all select status::text, alert_id, position from deliveries
      where status in ('pending', 'sending', 'unknown') or (message_sid is not null and price is null)`;
  const isThere = (of: { alertId: number; position: number }) =>
    ledger.some(({ delivery }) => delivery.alertId === of.alertId && delivery.position === of.position);
  // What the provider never had stays unknown.
  return open.filter((each) => each.status !== "unknown" || isThere(each));
}
