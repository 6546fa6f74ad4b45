// PostgreSQL dies and comes back under load: what the driver makes of it.
import { setImmediate as turn } from "node:timers/promises";
import postgres from "postgres";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type Connection, type OpenOptions, openDatabase } from "../../../src/db/open.ts";
import { type RestartablePostgres, startRestartablePostgres } from "../../helpers/restartable-postgres.ts";
import { campaign } from "./campaign.ts";

const LONGEST_WAIT = 60_000;
/** Many times longer than it takes on an idle machine: what hangs, hangs for ever. */
const BACK_WITHIN = 30_000;

let server: RestartablePostgres;

beforeAll(async () => {
  server = await startRestartablePostgres();
});
afterAll(() => server.remove());

function open(options?: OpenOptions): Connection["client"] {
  const { client, close } = openDatabase(server.url, options);
  onTestFinished(close);
  return client;
}

/** Fails when the promise does not settle in time. */
async function within<T>(what: string, milliseconds: number, promise: PromiseLike<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} hung for ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Tries again until it works; the driver's own pauses keep it from spinning. */
async function eventually(work: () => PromiseLike<unknown>): Promise<void> {
  for (;;) {
    const worked = await Promise.resolve(work()).then(
      () => true,
      () => false,
    );
    if (worked) return;
  }
}

/** Queries, pipelines, notifications and transactions without a pause, until `stop`. */
async function putUnderLoad(client: Connection["client"]) {
  await client`create table halves (transaction text, half int)`;
  const done = { answered: 0, committed: 0, failed: 0, hung: 0, notified: 0, listening: 0 };
  let running = true;

  const settle = (work: PromiseLike<unknown>) =>
    within("", LONGEST_WAIT, work).then(
      () => true,
      (error: Error) => {
        error.message.includes("hung") ? done.hung++ : done.failed++;
        return false;
      },
    );
  const keepDoing = async (
    count: "answered" | "committed",
    work: (round: number) => PromiseLike<unknown>,
  ) => {
    for (let round = 0; running; round++) {
      if (await settle(work(round))) done[count]++;
      await turn();
    }
  };
  const transaction = (name: string, careless: boolean) =>
    client.begin(async (tx) => {
      const first = tx`insert into halves values (${name}, 1)`;
      // The careless go on after an error; their second half must not stand there alone.
      await (careless ? settle(first) : first);
      await turn();
      await Promise.all([tx`select pg_sleep(0.002)`, tx`insert into halves values (${name}, 2)`]);
    });

  const { unlisten } = await client.listen(
    "load",
    () => done.notified++,
    () => done.listening++,
  );
  const workers = [
    ...Array.from({ length: 4 }, () => keepDoing("answered", (n) => client`select ${n}::int`)),
    ...Array.from({ length: 4 }, (_, i) =>
      keepDoing("committed", (n) => transaction(`${i}-${n}`, n % 2 === 0)),
    ),
    keepDoing("answered", () =>
      Promise.all(Array.from({ length: 150 }, (_, i) => settle(client`select ${i}`))),
    ),
    keepDoing("answered", () => client.notify("load", "")),
  ];
  const stop = async () => {
    running = false;
    await within("the load", LONGEST_WAIT, Promise.all(workers));
    await unlisten();
  };
  return { done, stop };
}

const restartsUnderLoad = async (restarts: number, did: (what: string) => void) => {
  const client = open();
  const { done, stop } = await putUnderLoad(client);

  for (let restart = 1; restart <= restarts; restart++) {
    const committedBefore = done.committed;
    // A transaction whose second half comes only when everything is connected again.
    const begun = Promise.withResolvers<void>();
    const back = Promise.withResolvers<void>();
    const overtaken = client.begin(async (tx) => {
      await tx`insert into halves values (${`overtaken ${restart}`}, 1)`;
      begun.resolve();
      await back.promise;
      await tx`insert into halves values (${`overtaken ${restart}`}, 2)`;
    });
    overtaken.catch(() => {}); // expected below
    await within("the start of a transaction", LONGEST_WAIT, Promise.race([begun.promise, overtaken]));

    const loaded = eventually(async () => {
      await turn();
      expect(done.committed).toBeGreaterThan(committedBefore);
    });
    await within("the load's return", LONGEST_WAIT, loaded);

    await server.kill();
    const notifiedBefore = done.notified;
    await server.start();

    const comesBack = (what: string, work: () => PromiseLike<unknown>) =>
      within(`${what} after restart ${restart}`, BACK_WITHIN, eventually(work));
    await Promise.all([
      comesBack("queries", () => client`select 1`),
      comesBack("transactions", () => client.begin((tx) => tx`select 1`)),
      comesBack("notifications", async () => {
        await turn();
        expect(done.listening).toBe(restart + 1);
        expect(done.notified).toBeGreaterThan(notifiedBefore);
      }),
    ]);
    back.resolve();
    const outcome = expect(within("an overtaken transaction", LONGEST_WAIT, overtaken));
    await outcome.rejects.toThrow("CONNECTION_CLOSED");
  }
  await stop();

  did(
    `${restarts} restarts, ${done.answered} queries answered, ${done.committed} transactions, ${done.hung} hung`,
  );
  expect(done.hung).toBe(0);
  expect(done.failed).toBeGreaterThan(restarts);
  expect(await client`select transaction from halves group by 1 having count(*) <> 2`).toEqual([]);
  const [kept] = await client<{ pairs: number }[]>`select count(*)::int / 2 as pairs from halves`;
  expect(kept?.pairs).toBeGreaterThanOrEqual(done.committed);
  // After `unlisten`, which a reconnected listener once ignored.
  expect(await client`select from pg_stat_activity where query = 'unlisten "load"'`).toHaveLength(1);
};
campaign(
  "PostgreSQL restarted under load: no query hangs, nothing is half done, all comes back",
  { short: 3, long: 100 },
  restartsUnderLoad,
  15,
);

test("a transaction that lost its connection never goes on upon the next one", async () => {
  const client = open({ maxConnections: 1 });
  const killer = open({ maxConnections: 1 });
  await client`create table strays (name text)`;

  const reconnected = Promise.withResolvers<void>();
  const broken = client.begin(async (tx) => {
    await tx`insert into strays values ('first')`;
    const [session] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
    await killer`select pg_terminate_backend(${session?.pid ?? 0})`;
    await reconnected.promise;
    await tx`insert into strays values ('second')`;
  });
  await expect(within("the transaction", LONGEST_WAIT, broken)).rejects.toThrow("CONNECTION_CLOSED");
  await client`select 1`;
  reconnected.resolve();
  await turn();

  expect(await client`select * from strays`).toEqual([]);
});

test("a transaction that begins on a crowded connection is one all the same", async () => {
  const client = open({ maxConnections: 1 });
  const other = open({ maxConnections: 1 });
  await client`create table crowd (name text)`;

  await Promise.all([
    // A connection is full with 100 that wait, and what filled it up was not seen to be a transaction.
    ...Array.from({ length: 100 }, () => client`select 1`.execute()),
    client.begin((tx) => tx`insert into crowd values ('in a transaction')`),
  ]);
  await client`insert into crowd values ('after it')`;

  expect(await other`select * from crowd`).toHaveLength(2);
});

test("a query that cannot be sent fails alone", async () => {
  const client = postgres(server.url, { max: 1 });
  onTestFinished(() => client.end({ timeout: 1 }));
  const ask = (time: Date) => client`select ${time}::timestamptz`;
  await ask(new Date(0));

  const answers = await within(
    "the queries",
    LONGEST_WAIT,
    Promise.allSettled([client`select 1`, ask(new Date(Number.NaN)), ask(new Date(0))]),
  );

  expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});

test("a server that falls silent is given up, and a new connection made", async () => {
  const client = postgres(server.url, { max: 1, connection: { statement_timeout: 1000 } });
  onTestFinished(() => client.end({ timeout: 1 }));
  const [session] = await client<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const pid = session?.pid ?? 0;

  process.kill(pid, "SIGSTOP");
  onTestFinished(() => void process.kill(pid, "SIGCONT"));

  await expect(within("the query", LONGEST_WAIT, client`select 1`)).rejects.toThrow("CONNECTION_SILENT");
  expect(await within("the next query", LONGEST_WAIT, client`select 2 as n`)).toEqual([{ n: 2 }]);
});
