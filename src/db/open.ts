import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";

export type Database = PostgresJsDatabase;
/** For what needs a transaction around it: a bare database is none. */
export type Tx = Parameters<Parameters<Database["transaction"]>[0]>[0];
/** The database, or a transaction on it. */
export type Db = Database | Tx;
/** For whoever only looks. */
export type Reader = Pick<Database, "select" | "$count">;

/** @returns what can only look, whatever is tried with it */
export const readerOf = (db: Database): Reader => ({
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
  /** How long one statement may take; what the server answers nothing to for 5 s more is given up. */
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
      // Also what keeps a query from waiting for ever: after 5 s more of silence our copy of the driver
      // (patches/) gives up the connection, because the server is frozen or out of reach.
      statement_timeout: statementTimeoutMs,
      // Whoever freezes in the middle of a claim must not hold up the others for long.
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
