import type postgres from "postgres";

/** They change while nobody does anything: the pace, what is claimed, what is only summed up, whose turn it was, who wrote last. */
const RESTLESS_TABLES = [
  "pace",
  "claims",
  "reach_changes",
  "reach_news",
  "turns",
  "last_check",
  "inbound_marks",
  "direct_messages",
  "homes",
];
/** So do these: when we ask next, and what Slack shows as far as we know. */
const RESTLESS_COLUMNS: Record<string, string[]> = {
  alert_messages: ["shown_at", "shown_digest", "shown_version", "trouble"],
  board_messages: ["post_at", "posted_at"],
  // Slack is asked at the start who they all are.
  board_members: ["confirmed_at"],
  sendings: ["follow_at", "follow_after"],
};

/** Each refusal is counted beside its entry. */
const OF_THE_RECORD = ["audit_entries", "refusals"];

/** Every row of every table that a request could change, to be compared later. */
export async function dumpTables(client: postgres.Sql, but = ""): Promise<Record<string, string[]>> {
  const tables = await client<{ name: string }[]>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_name <> all (${[...RESTLESS_TABLES, ...(OF_THE_RECORD.includes(but) ? OF_THE_RECORD : [but])]}) order by 1`;
  const dump: Record<string, string[]> = {};
  for (const { name } of tables) {
    const rows = await client<{ row: string }[]>`
      select (to_jsonb(t) - ${RESTLESS_COLUMNS[name] ?? []}::text[])::text as row
      from ${client(name)} t order by 1`;
    dump[name] = rows.map(({ row }) => row);
  }
  return dump;
}
