import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";

export type Database = PostgresJsDatabase;
/** The database, or a transaction on it. */
export type Db = Database | Parameters<Parameters<Database["transaction"]>[0]>[0];

export type Connection = {
  db: Database;
  /** The driver underneath, for LISTEN. */
  client: postgres.Sql;
  close(): Promise<void>;
};

export type OpenOptions = { maxConnections?: number };

/** Connects when first asked to, and again by itself after the database was away. */
export function openDatabase(url: string, { maxConnections = 10 }: OpenOptions = {}): Connection {
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
      statement_timeout: 60_000,
      idle_in_transaction_session_timeout: 60_000,
    },
    onnotice: () => {},
  });
  return {
    db: drizzle(client, { casing: "snake_case" }),
    client,
    close: () => client.end({ timeout: 5 }),
  };
}
