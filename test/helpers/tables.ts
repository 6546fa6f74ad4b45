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
