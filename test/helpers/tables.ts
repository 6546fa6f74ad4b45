import type postgres from "postgres";

const TABLES = [
  ...["alerts", "deliveries", "delivery_counts", "status_callbacks", "inbound_texts", "opt_outs"],
  ...["unusable_phones", "audit_entries", "board_members", "members", "zones"],
];

/** Every row of every table that a request could change, to be compared with itself later. */
export async function dumpTables(client: postgres.Sql): Promise<Record<string, string[]>> {
  const dump: Record<string, string[]> = {};
  for (const table of TABLES) {
    const rows = await client<{ row: string }[]>`select t::text as row from ${client(table)} t order by 1`;
    dump[table] = rows.map(({ row }) => row);
  }
  return dump;
}

/** How the database stands: every row of every table, the audit log and the pace apart. */
export async function allRows(client: postgres.Sql): Promise<Record<string, unknown>> {
  const tables = await client<{ name: string }[]>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_name not in ('audit_entries', 'pace') order by 1`;
  const rows: Record<string, unknown> = {};
  for (const { name } of tables) rows[name] = await client`select * from ${client(name)} order by 1, 2`;
  return rows;
}
