// One run: a plan is played on the stage, everything then settles, and what came of it is handed back.
import { confirmAlert } from "../../../src/alerts/confirm.ts";
import { saveDraft } from "../../../src/alerts/draft.ts";
import type { SlackUser } from "../../../src/board/allowlist.ts";
import { changesOf } from "../../../src/board/change.ts";
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

/** So long things go wrong; then all has to come to an end by itself. */
const MOST_STEPS = 200;
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
      const outcome = await confirmAlert(
        changesOf(db, who, "operator", "confirm"),
        { alertId, version: 1 },
        "twilio",
      );
      if (outcome === "confirmed") stage.soon(world, "the deadline is set", setDeadline);
      return outcome;
    });

  /** Sooner, in some runs, than the four hours that every alert has. */
  async function setDeadline(): Promise<void> {
    await client`
      update sendings set deadline_at = ready_at + make_interval(mins => ${plan.deadlineMinutes})`;
  }

  /** With the halt that stands there now, as the person sees it. */
  async function resume(alertId: number): Promise<void> {
    const [halt] = await client<{ halts: number }[]>`
      select halts from parts p join alerts a using (sending_id)
      where a.id = ${alertId} and halt_reason is not null`;
    if (!halt) return;
    press("Resume", alertId, (db) =>
      changesOf(db, author, "operator", "resume")((tx) => resumeAlert(tx, alertId, halt.halts, author)),
    );
  }

  /** Only what stands in the alert's thread can be resent. */
  const resendAll = (alertId: number, what: Resendable) =>
    press(`Resend ${what}`, alertId, async (db) => {
      const { positions } = await listUnnamedFailures(db, alertId, 50);
      if (positions.length > 0) await markFailuresNamed(db, alertId, positions);
      const change = changesOf(db, author, "operator", `resend-${what}`);
      return change((tx) => resend(tx, twilioWords, { alertId, what, user: author }));
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
        return press("Stop", alertId, (db) =>
          changesOf(db, author, "operator", "stop")((tx) => stopAlert(tx, alertId, author)),
        );
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
    const change = changesOf(database.db, author, "operator", "compose");
    await change((tx) => saveDraft(tx, draft));
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
  const open = await client<{ status: string; alertId: number; sendingId: number; position: number }[]>`
    select case when halt_reason is null then 'sending' else 'halted' end as status, a.id as "alertId",
      s.id as "sendingId", 0 as position
      from sendings s join alerts a on a.sending_id = s.id left join parts p on p.sending_id = s.id
      where s.status = 'sending'
    union all select d.status::text, a.id, d.sending_id, d.position
      from deliveries d join alerts a using (sending_id)
      where d.status in ('pending', 'sending', 'unknown') or (d.message_sid is not null and d.price is null)`;
  const isThere = (of: { sendingId: number; position: number }) =>
    ledger.some(({ delivery }) => delivery.sendingId === of.sendingId && delivery.position === of.position);
  // What the provider never had stays unknown.
  return open.filter((each) => each.status !== "unknown" || isThere(each));
}
