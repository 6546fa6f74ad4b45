// A real PostgreSQL whose now() is the simulation's, and connections to it on which every statement, or
// whole transaction, is one step.
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { onTestFinished } from "vitest";
import type { Connection, Database } from "../../../src/db/open.ts";
import { createDatabaseWithClock, setClock } from "../../helpers/time.ts";
import { keepLog } from "../log.ts";
import type { Chance, Faults } from "./plan.ts";
import { type Owner, START, type Stage } from "./stage.ts";

export type SimulatedDatabase = {
  /** For the simulation itself: what it does here is no step. */
  client: postgres.Sql;
  db: Database;
  reset(): Promise<void>;
};

export async function createSimulatedDatabase(): Promise<SimulatedDatabase> {
  const url = await createDatabaseWithClock("UTC");
  const connection = { plan_cache_mode: "force_generic_plan", jit: "off" };
  const client = postgres(url, { max: 1, onnotice: () => {}, connection });
  onTestFinished(() => client.end());
  await keepLog(client);
  // For whoever reads a course of events: in which step each change was made.
  await client`alter table change_log add column step int default current_setting('simulation.step', true)::int`;
  // Here the log is emptied between the runs. That it can't be is tested elsewhere.
  await client`drop trigger audit_entries_append_only on audit_entries`;
  const tables = await client<{ name: string }[]>`
    select format('%I', tablename) as name from pg_tables
    where schemaname = 'public' and tablename not in ('pace', 'member_list', 'function_set')`;
  const all = tables.map((table) => table.name).join(", ");
  for (const table of tables)
    await client.unsafe(`alter table ${table.name} set (autovacuum_enabled = false)`);
  return {
    client,
    db: drizzle(client, { casing: "snake_case" }),
    reset: async () => {
      await Promise.all([setClock(client, new Date(START)), setStep(client, 0)]);
      await client.unsafe(
        `truncate ${all} restart identity; update pace set tokens = 0, refilled_at = now();
          update member_list set version = 0`,
      );
    },
  };
}

class ConnectionLost extends Error {
  readonly code = "CONNECTION_CLOSED";
}

/** The connection of one process, which may lose what it asks or what it is answered. */
export function connect(
  { client }: SimulatedDatabase,
  {
    stage,
    owner,
    chance,
    faults,
    isAway,
    onSignal,
  }: {
    stage: Stage;
    owner: Owner;
    chance: Chance;
    faults: () => Partial<Faults>;
    isAway: () => boolean;
    /** Somebody signalled, by a commit. */
    onSignal: (payload: string) => void;
  },
): Connection {
  /** Runs in one go, at the simulation's time. */
  const asStep = <T>(label: string, run: (signals: string[]) => Promise<T>): Promise<T> =>
    stage.ask(owner, label, async () => {
      if (isAway() || chance.happens(faults().statementLost ?? 0)) {
        stage.say("  the database is not reached");
        throw new ConnectionLost("not reached");
      }
      await setTime({ client }, stage);
      const signals: string[] = [];
      const result = await run(signals);
      for (const payload of signals) onSignal(payload);
      if (chance.happens(faults().answerLost ?? 0)) {
        stage.say("  the database's answer is lost");
        throw new ConnectionLost("answer lost");
      }
      return result;
    });

  const proxy: postgres.Sql = new Proxy(client, {
    get(target, name) {
      if (name === "unsafe") return statements(target, asStep);
      if (name === "begin") {
        return (work: (tx: postgres.TransactionSql) => Promise<unknown>) =>
          asStep("transaction", (signals) =>
            target.begin((tx) =>
              work(
                new Proxy(tx, {
                  get: (inner, key) =>
                    key === "unsafe"
                      ? statements(inner, (_label, run) => run(signals))
                      : Reflect.get(inner, key),
                }),
              ),
            ),
          );
      }
      return Reflect.get(target, name);
    },
  });
  return { db: drizzle(proxy, { casing: "snake_case" }), client: proxy, close: async () => {} };
}

/** As the driver's `unsafe`, in the two forms that drizzle uses; noting what is signalled. */
function statements(
  client: Pick<postgres.Sql, "unsafe">,
  run: <T>(label: string, act: (signals: string[]) => Promise<T>) => Promise<T>,
) {
  return (query: string, params: postgres.ParameterOrJSON<never>[]) => {
    let asValues = false;
    const answer = run(labelOf(query), async (signals) => {
      await undefined; // by then the caller has said in which form
      if (query.includes("pg_notify(")) signals.push(String(params[1]));
      // Prepared, so that a thousand runs are planned once.
      const pending = client.unsafe(query, params, { prepare: true });
      return asValues ? await pending.values() : await pending;
    });
    return Object.assign(answer, {
      values: () => {
        asValues = true;
        return answer;
      },
    });
  };
}

const labelOf = (query: string) => query.trim().replaceAll(/\s+/g, " ").slice(0, 60);

export async function setTime({ client }: Pick<SimulatedDatabase, "client">, stage: Stage): Promise<void> {
  await Promise.all([setClock(client, new Date(stage.now())), setStep(client, stage.count())]);
}

const setStep = (client: postgres.Sql, step: number) =>
  client`select set_config('simulation.step', ${String(step)}, false)`;

/** The step of each change, in their order. */
export async function readSteps({ client }: SimulatedDatabase): Promise<number[]> {
  const changes = await client<{ step: number }[]>`select step from change_log order by id`;
  return changes.map(({ step }) => step);
}
