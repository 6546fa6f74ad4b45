// A small TCP proxy between an instance and PostgreSQL, which can do what networks do.
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export type DatabaseProxy = {
  /** The same database, through here. */
  url: string;
  /** Every connection breaks; new ones are let through. */
  cut(): void;
  /** Every connection breaks for the instance alone: the database still waits at its end. New ones are let through. */
  forget(): void;
  /** Nothing passes, in either direction or only what the database answers; nobody is told. */
  freeze(what: "all" | "answers"): void;
  thaw(): void;
  /** Resolves when the instance has given up a connection. */
  givenUp(): Promise<void>;
};

export async function openProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const pairs = new Set<{ client: Socket; database: Socket }>();
  const waiting = new Set<() => void>();
  let frozen: "all" | "answers" | undefined;

  const apply = ({ client, database }: { client: Socket; database: Socket }) => {
    if (frozen === "all") client.pause();
    else client.resume();
    if (frozen) database.pause();
    else database.resume();
  };

  const forgotten = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    const pair = { client, database };
    pairs.add(pair);
    for (const [from, to] of [
      [client, database],
      [database, client],
    ] as const) {
      from.on("data", (bytes) => void to.write(bytes));
      from.on("error", () => {}); // a broken connection is what this is for
      from.on("close", () => {
        pairs.delete(pair);
        if (to !== database || !forgotten.has(database)) to.destroy();
      });
    }
    client.on("close", () => {
      for (const tell of waiting) tell();
      waiting.clear();
    });
    apply(pair);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const cut = () => {
    for (const { client, database } of pairs) {
      client.resetAndDestroy();
      database.resetAndDestroy();
    }
  };
  onTestFinished(async () => {
    cut();
    for (const database of forgotten) database.destroy();
    await new Promise((closed) => server.close(closed));
  });

  const address = server.address();
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String(typeof address === "object" && address ? address.port : 0);
  return {
    url: url.href,
    cut,
    forget() {
      frozen = undefined;
      for (const { client, database } of pairs) {
        forgotten.add(database);
        client.resetAndDestroy();
      }
    },
    freeze(what) {
      frozen = what;
      for (const pair of pairs) apply(pair);
    },
    thaw() {
      frozen = undefined;
      for (const pair of pairs) apply(pair);
    },
    givenUp: () => new Promise((tell) => waiting.add(tell)),
  };
}
