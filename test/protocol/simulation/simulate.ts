// One run: a plan is played on the stage, everything then settles, and what came of it is handed back.
import { saveDraft } from "../../../src/alerts/draft.ts";
import { changesOf } from "../../../src/board/change.ts";
import { noon } from "../../helpers/moment.ts";
import { forgetLog, readLog } from "../log.ts";
import { readSteps, type SimulatedDatabase, setTime } from "./database.ts";
import { createFleet, type Fleet } from "./fleet.ts";
import { author, createPeople, draftOf, NEWS, nameOf, type People } from "./people.ts";
import { chanceFrom, type Deed, type Plan } from "./plan.ts";
import type { Message } from "./provider.ts";
import { createStage, HOURS, type Owner, SECONDS } from "./stage.ts";

const [NEWS_ONE, NEWS_TWO] = NEWS;
const TEXTS: Record<Plan["secondAlert"], string[]> = {
  none: [NEWS_ONE],
  "another text": [NEWS_ONE, NEWS_TWO],
  "the same text": [NEWS_ONE, NEWS_ONE],
};

/** For this many steps things go wrong; then everything has to come to an end by itself. */
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
  // One draft more than is sent.
  const deeds = listDeeds(fleet, people, () => chance.between(1, alertCount + 1));
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
  const log = await readLog(database.client);
  const steps = await readSteps(database);
  const { requests, ledger } = provider;
  return { plan, log, steps, presses: people.presses, requests, ledger, account: stage.account };
}

/** The co-op, its board of one, and the drafts. */
async function found({ client, db }: SimulatedDatabase, plan: Plan) {
  await client`insert into zones (name, key) values ('North', 'north')`;
  await client`insert into board_members (team_id, user_id, role) values ('T1', 'U1', 'operator')`;
  const phones = Array.from({ length: plan.phones }, (_, n) => `+1206555${String(100 + n).padStart(4, "0")}`);
  for (const [n, phone] of phones.entries()) {
    const account = n + 1;
    await client`
      with added as (
        insert into members (account, name, zone_id) values (${account}, ${nameOf(account)}, 1) returning id
      )
      insert into addresses (member_id, address, is_listed) select id, ${phone}, true from added`;
  }
  // Nobody did this: it was there.
  await forgetLog(client);
  const texts = TEXTS[plan.secondAlert];
  const change = changesOf(db, author, "operator", "compose");
  for (const [n, text] of [...texts, NEWS_ONE].entries()) {
    await change((tx) => saveDraft(tx, draftOf(text, `V${n}`), noon()));
  }
  return { phones, alertCount: texts.length };
}

const listDeeds = (
  fleet: Fleet,
  people: People,
  anyDraft: () => number,
): Record<Deed, (alertId: number) => unknown> => ({
  stop: people.stop,
  resume: people.resume,
  "resend unknown": (alertId) => people.resendAll(alertId, "unknown"),
  "resend unreached": (alertId) => people.resendAll(alertId, "unreached"),
  "STOP from a phone": () => people.write("STOP"),
  "START from a phone": () => people.write("START"),
  "confirm again": people.confirm,
  "a stranger confirms": people.confirmAsStranger,
  "edit a draft": () => people.edit(anyDraft()),
  "discard a draft": () => people.discard(anyDraft()),
  import: people.bringList,
  crash: fleet.crash,
  stall: fleet.stall,
  "orderly stop": fleet.stopInOrder,
  "database away": fleet.loseDatabase,
});

/** Alerts and deliveries that are under way, or that the provider knows more about. */
async function listOpen({ client }: SimulatedDatabase, ledger: readonly Message[]) {
  const open = await client<{ status: string; alertId: number; sendingId: number; position: number }[]>`
    select case when halt_reason is null then 'sending' else 'halted' end as status, a.id as "alertId",
      s.id as "sendingId", 0 as position
      from sendings s join alerts a on a.sending_id = s.id left join parts p on p.sending_id = s.id
      where s.status = 'sending'
    union all select d.status::text, a.id, d.sending_id, d.position
      from deliveries d join alerts a using (sending_id)
      where d.status in ('pending', 'sending', 'unknown') or (d.message_sid is not null and d.price is null)
    union all select 'earlier', a.id, t.sending_id, t.position
      from attempts t join alerts a using (sending_id)
      where t.message_sid is not null and t.price is null`;
  const isThere = (of: { sendingId: number; position: number }) =>
    ledger.some(({ delivery }) => delivery.sendingId === of.sendingId && delivery.position === of.position);
  // What the provider never had stays unknown.
  return open.filter((each) => each.status !== "unknown" || isThere(each));
}
