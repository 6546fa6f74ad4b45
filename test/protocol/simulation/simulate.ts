// One run: a plan is played on the stage, everything then settles, and what came of it is handed back.
import { confirmAlert } from "../../../src/alerts/confirm.ts";
import { saveDraft } from "../../../src/alerts/draft.ts";
import type { SlackUser } from "../../../src/board/allowlist.ts";
import type { Clock } from "../../../src/clock.ts";
import { type Database, isDatabaseAway } from "../../../src/db/open.ts";
import { resumeAlert, stopAlert } from "../../../src/deliveries/lifecycle.ts";
import { type Resendable, resend } from "../../../src/deliveries/resend.ts";
import type { StatusCallback } from "../../../src/gateways/gateway.ts";
import { listUnnamedFailures, markFailuresNamed } from "../../../src/outcomes/delivery-lines.ts";
import { twilioWords } from "../../helpers/gateway.ts";
import { connect, readLog, type SimulatedDatabase, setTime } from "./database.ts";
import { type Instance, startInstance } from "./instance.ts";
import { chanceFrom, type Deed, type Faults, type Plan } from "./plan.ts";
import { createProvider, type Message } from "./provider.ts";
import { createStage, type Owner } from "./stage.ts";

const author: SlackUser = { teamId: "T1", userId: "U1" };
const stranger: SlackUser = { teamId: "T1", userId: "U9" };
const TEXTS: Record<Plan["secondAlert"], string[]> = {
  none: ["Boil your water."],
  "another text": ["Boil your water.", "The water is fine again."],
  "the same text": ["Boil your water.", "Boil your water."],
};

/** For this many steps things go wrong; then all has to come to an end by itself. */
const MOST_STEPS = 275;
const SECONDS = 1000;
const HOURS = 3600 * SECONDS;
const SETTLED_WITHIN = 30 * HOURS;
const MOST_ROUNDS = 200;

/** What a person pressed, and was told. */
type Press = { what: string; alertId: number; outcome: unknown };

export type Run = Awaited<ReturnType<typeof simulate>>;

export async function simulate(database: SimulatedDatabase, plan: Plan) {
  await database.reset();
  const { client } = database;
  const chance = chanceFrom(plan.choices[Symbol.iterator]());
  const stage = createStage(chance);
  const world: Owner = { name: "world", isGone: false, stalledUntil: 0 };
  const presses: Press[] = [];
  const instances: Instance[] = [];
  let settlingSince: number | undefined;
  let awayUntil = 0;
  let names = 0;
  let texts = 0;

  const faults = (): Partial<Faults> => (settlingSince === undefined ? plan.faults : {});
  const running = () => instances.filter(({ isUp }) => isUp());
  const provider = createProvider({ stage, chance, faults, deliver });

  /** A webhook, at whichever process the balancer picks. */
  async function deliver(callback: StatusCallback): Promise<boolean> {
    const up = running();
    if (up.length === 0) return false;
    return chance
      .pick(up)
      .takeCallback(callback)
      .then(
        () => true,
        () => false,
      );
  }

  function hear(payload: string): void {
    for (const instance of running()) {
      if (chance.happens(faults().signalLost ?? 0)) continue;
      stage.soon(instance.owner, `hears ${payload}`, () => instance.hear(payload));
    }
  }

  /** How long a job rests: ever longer while all settles, so that days pass in few steps. */
  const rest = () =>
    settlingSince === undefined
      ? chance.between(2 * SECONDS, 40 * SECONDS)
      : Math.min(6 * HOURS, Math.max(10 * SECONDS, stage.now() - settlingSince));

  async function start(): Promise<void> {
    const owner: Owner = { name: `process ${++names}`, isGone: false, stalledUntil: 0 };
    const isAway = () => stage.now() < awayUntil;
    const connection = connect(database, { stage, owner, chance, faults, isAway, onSignal: hear });
    const gatewayOn = (clock: Clock) => provider.gateway(owner, clock);
    instances.push(await startInstance({ owner, stage, chance, plan, connection, gatewayOn, rest }));
    stage.say(`${owner.name} has started`);
  }

  function end(instance: Instance, how: string): void {
    stage.say(`${instance.owner.name} ${how}`);
    instance.owner.isGone = true;
    stage.after(world, chance.between(0, 90 * SECONDS), "another process starts", start);
  }

  /** A person's request, at whichever process; who is told that it failed presses again. */
  function press(what: string, alertId: number, act: (db: Database) => Promise<unknown>, tries = 4): void {
    const again = () => {
      if (tries > 1)
        stage.after(world, 5 * SECONDS, `pressing again`, () => press(what, alertId, act, tries - 1));
    };
    const up = running();
    if (up.length === 0) {
      again();
      return;
    }
    const { owner, db } = chance.pick(up);
    stage.say(`  somebody presses ${what} of alert ${alertId}, at ${owner.name}`);
    act(db).then(
      (outcome) => presses.push({ what, alertId, outcome }),
      (error: unknown) => (isDatabaseAway(error) ? again() : presses.push({ what, alertId, outcome: error })),
    );
  }

  const confirm = (alertId: number, who: SlackUser = author) =>
    press(who === author ? "Send" : "Send, a stranger", alertId, async (db) => {
      const outcome = await confirmAlert(db, { alertId, version: 1 }, who);
      if (outcome === "confirmed") stage.soon(world, "the deadline is set", setDeadline);
      return outcome;
    });

  /** Sooner, in some runs, than the four hours that every alert has. */
  async function setDeadline(): Promise<void> {
    await client`
      update alerts set deadline_at = confirmed_at + make_interval(mins => ${plan.deadlineMinutes})
      where confirmed_at is not null`;
  }

  /** With the halt that stands there now, as the person sees it. */
  async function resume(alertId: number): Promise<void> {
    const [alert] = await client<{ version: number }[]>`
      select version from alerts where id = ${alertId} and status = 'halted'`;
    if (alert) press("Resume", alertId, (db) => resumeAlert(db, alertId, alert.version, author));
  }

  /** Only what stands in the alert's thread can be resent. */
  const resendAll = (alertId: number, what: Resendable) =>
    press(`Resend ${what}`, alertId, async (db) => {
      const { positions } = await listUnnamedFailures(db, alertId, 50);
      if (positions.length > 0) await markFailuresNamed(db, alertId, positions);
      return resend(db, twilioWords, { alertId, what, user: author });
    });

  function write(body: string): void {
    const from = chance.pick(phones);
    const sid = `SM${String(++texts).padStart(32, "a")}`;
    // The provider comes again where it was not answered.
    const post = (tries: number) =>
      stage.after(world, chance.between(0, 2 * SECONDS), `${from} texts ${body}`, () => {
        const again = () => {
          if (tries > 1) post(tries - 1);
        };
        const up = running();
        if (up.length === 0) return again();
        chance.pick(up).takeText(sid, from, body).catch(again);
      });
    post(4);
  }

  async function act(deed: Deed): Promise<void> {
    const alertId = chance.between(1, alertCount);
    switch (deed) {
      case "stop":
        return press("Stop", alertId, (db) => stopAlert(db, alertId, author));
      case "resume":
        return resume(alertId);
      case "resend unknown":
        return resendAll(alertId, "unknown");
      case "resend unreached":
        return resendAll(alertId, "unreached");
      case "STOP from a phone":
        return write("STOP");
      case "START from a phone":
        return write("START");
      case "confirm again":
        return confirm(alertId);
      case "a stranger confirms":
        return confirm(alertId, stranger);
      case "database away":
        awayUntil = stage.now() + chance.between(1, 60) * SECONDS;
        return;
    }
    const up = running();
    if (up.length === 0) return;
    const instance = chance.pick(up);
    if (deed === "crash") end(instance, "is killed");
    if (deed === "stall") stall(instance);
    if (deed === "orderly stop") void instance.stop().then(() => end(instance, "has stopped in order"));
  }

  function stall({ owner }: Instance): void {
    const seconds = chance.between(1, 120);
    stage.say(`${owner.name} stalls for ${seconds} s`);
    owner.stalledUntil = Math.max(owner.stalledUntil, stage.now() + seconds * SECONDS);
  }

  // The co-op, its board of one, and the drafts.
  await setTime(database, stage);
  await client`insert into zones (name, key) values ('North', 'north')`;
  await client`insert into board_members (team_id, user_id, role) values ('T1', 'U1', 'operator')`;
  const phones = Array.from({ length: plan.phones }, (_, n) => `+1206555${String(100 + n).padStart(4, "0")}`);
  for (const phone of phones) {
    await client`insert into members (account, name, phone, zone_id) values (${phone}, ${phone}, ${phone}, 1)`;
  }
  const alertCount = TEXTS[plan.secondAlert].length;
  for (const [n, text] of TEXTS[plan.secondAlert].entries()) {
    const draft = { author, kind: "other", zoneIds: [1], allZones: false, text, viewId: `V${n}` };
    await saveDraft(database.db, draft);
  }
  for (let n = 0; n < plan.instances; n++) await start();
  for (let alertId = 1; alertId <= alertCount; alertId++) {
    const seconds = (alertId - 1) * chance.between(0, 60);
    stage.after(world, seconds * SECONDS, "time to send", () => confirm(alertId));
    stage.after(world, (seconds + 20) * SECONDS, "a second press", () => confirm(alertId));
  }
  for (const { atSecond, deed } of plan.deeds) {
    stage.after(world, atSecond * SECONDS, `deed: ${deed}`, () => act(deed));
  }
  while (stage.count() < MOST_STEPS) {
    const before = stage.count();
    await stage.next({ isHurried: false });
    if (stage.count() === before) continue;
    const up = running();
    if (up.length > 0 && chance.happens(plan.faults.crash)) end(chance.pick(up), "is killed");
    if (up.length > 0 && chance.happens(plan.faults.stall)) stall(chance.pick(up));
    if (up.length > 0 && chance.happens(plan.faults.listeningAnew)) chance.pick(up).listenAnew();
  }

  stage.say("from here on nothing goes wrong");
  settlingSince = stage.now();
  awayUntil = 0;
  for (const { owner } of instances) owner.stalledUntil = 0;
  for (const instance of running().slice(1)) end(instance, "is killed");
  if (running().length === 0) await start();
  for (let rounds = 0; rounds < MOST_ROUNDS && stage.now() < settlingSince + SETTLED_WITHIN; rounds++) {
    const open = await listOpen(database, provider.ledger);
    if (open.length === 0) break;
    for (const { alertId, status } of open) if (status === "halted") await resume(alertId);
    for (let n = 0; n < 20; n++) await stage.next({ isHurried: true });
  }
  const log = await readLog(database);
  return { plan, log, presses, requests: provider.requests, ledger: provider.ledger, account: stage.account };
}

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
