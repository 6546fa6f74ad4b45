// The connection to the database, what may be done over it, and what its errors say.
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";

export type Database = PostgresJsDatabase;
/** For work that needs a transaction around it: the database alone is not accepted. */
export type Tx = Parameters<Parameters<Database["transaction"]>[0]>[0];
/** The database, or a transaction on it. */
export type Db = Database | Tx;
/** For code that only reads. */
export type Reader = Pick<Database, "select" | "$count">;

/** @returns what can only read, whatever is tried with it */
export const readerOf = (db: Reader): Reader => ({
  select: db.select.bind(db),
  $count: db.$count.bind(db),
});

export type Connection = {
  db: Database;
  /** The driver underneath, for LISTEN. */
  client: postgres.Sql;
  close(): Promise<void>;
};

export type OpenOptions = {
  maxConnections?: number;
  /** How long one statement may take. If the server is silent for 5 s more, the statement is given up. */
  statementTimeoutMs?: number;
};

/** Connects when first asked to, and again by itself after the database was away. */
export function openDatabase(
  url: string,
  { maxConnections = 10, statementTimeoutMs = 15_000 }: OpenOptions = {},
): Connection {
  const client = postgres(url, {
    max: maxConnections,
    connect_timeout: 5,
    // Seconds between tries while the database is away: soon enough to be back within 5 s.
    backoff: (tries) => Math.min(2, 0.1 * 2 ** tries),
    keep_alive: 10,
    connection: {
      application_name: "headgate",
      // This also keeps a query from waiting for ever: after 5 s more of silence our copy of the driver
      // (patches/) gives up the connection, because the server is frozen or out of reach.
      statement_timeout: statementTimeoutMs,
      // An instance that freezes in the middle of a claim must not hold up the others for long.
      idle_in_transaction_session_timeout: 10_000,
    },
    onnotice: () => {},
  });
  return {
    db: drizzle(client, { casing: "snake_case" }),
    client,
    close: () => client.end({ timeout: 5 }),
  };
}

/** Whether an error says that PostgreSQL is out of reach, going down or coming up: try again later. */
export const isDatabaseAway = (error: unknown): boolean =>
  codesOf(error).some((code) =>
    /^(CONNECTION_|CONNECT_|ECONN|EPIPE|ENOTFOUND|EAI_|E\w+UNREACH|ETIMEDOUT|57P|08|53)/.test(code),
  );

/** The codes of an error and of its causes: the database's own, the driver's, the system's. */
export function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return [...("code" in error ? [String(error.code)] : []), ...codesOf(error.cause)];
}
