// The processes, and what the world does to them: they are killed, they stall, they lose the database or
// what they should have heard, until it is time for all to settle.
import type { Clock } from "../../../src/clock.ts";
import type { StatusCallback } from "../../../src/gateways/gateway.ts";
import { connect, type SimulatedDatabase } from "./database.ts";
import { type Instance, startInstance } from "./instance.ts";
import type { Chance, Faults, Plan } from "./plan.ts";
import { createProvider } from "./provider.ts";
import { HOURS, type Owner, SECONDS, type Stage } from "./stage.ts";

export type Fleet = ReturnType<typeof createFleet>;

export function createFleet({
  database,
  plan,
  stage,
  chance,
  world,
}: {
  database: SimulatedDatabase;
  plan: Plan;
  stage: Stage;
  chance: Chance;
  world: Owner;
}) {
  const instances: Instance[] = [];
  let settlingSince: number | undefined;
  let awayUntil = 0;
  let names = 0;

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

  const kill = (instance: Instance) => end(instance, "is killed");

  function stall({ owner }: Instance): void {
    const seconds = chance.between(1, 120);
    stage.say(`${owner.name} stalls for ${seconds} s`);
    owner.stalledUntil = Math.max(owner.stalledUntil, stage.now() + seconds * SECONDS);
  }

  function toOne(act: (instance: Instance) => void): void {
    const up = running();
    if (up.length > 0) act(chance.pick(up));
  }

  return {
    running,
    provider,
    start,
    crash: () => toOne(kill),
    stall: () => toOne(stall),
    stopInOrder: () =>
      toOne((instance) => void instance.stop().then(() => end(instance, "has stopped in order"))),
    loseDatabase: () => {
      awayUntil = stage.now() + chance.between(1, 60) * SECONDS;
    },
    /** What may happen after any step. */
    mayMeetFault: () => {
      const up = running();
      if (up.length > 0 && chance.happens(plan.faults.crash)) kill(chance.pick(up));
      if (up.length > 0 && chance.happens(plan.faults.stall)) stall(chance.pick(up));
      if (up.length > 0 && chance.happens(plan.faults.listeningAnew)) chance.pick(up).listenAnew();
    },
    /** From here on nothing goes wrong, and one process is left. */
    settle: async () => {
      stage.say("from here on nothing goes wrong");
      settlingSince = stage.now();
      awayUntil = 0;
      for (const { owner } of instances) owner.stalledUntil = 0;
      for (const instance of running().slice(1)) kill(instance);
      if (running().length === 0) await start();
    },
  };
}
