// What was changed in the tables, row by row and in its order: written by triggers that only these tests have, and what
// campaigns and simulation are judged by.
import type { Sql } from "postgres";
import { z } from "zod";
import { deedTriggers } from "./deeds.ts";

/** And what of an update is news, where it need not be anything. */
const LOGGED: { table: string; news?: string[] }[] = [
  { table: "alerts" },
  { table: "sendings" },
  { table: "parts" },
  // Who lets time pass moves the other times of every row.
  { table: "deliveries", news: ["status", "attempt", "message_sid", "price", "again_at", "ask_at"] },
  { table: "attempts" },
  { table: "opt_outs" },
  { table: "audit_entries" },
];

/** From now on all changes are kept. */
export async function keepLog(client: Sql): Promise<void> {
  const statements = [
    `create table change_log (
      id int primary key generated always as identity, xact xid8 not null default pg_current_xact_id(),
      at timestamptz not null default now(), what text not null, before jsonb, after jsonb)`,
    `create function log_change() returns trigger language plpgsql as $$ begin
      insert into change_log (what, before, after) values (tg_table_name, to_jsonb(old), to_jsonb(new));
      return null;
    end $$`,
    ...LOGGED.flatMap(({ table, news = ["*"] }) => {
      const [was, is] = ["old", "new"].map(
        (row) => `(${news.map((column) => `${row}.${column}`).join(", ")})`,
      );
      return [
        `create trigger log_row after insert or delete on ${table} for each row execute function log_change()`,
        `create trigger log_update after update on ${table} for each row when (${was} is distinct from ${is})
          execute function log_change()`,
      ];
    }),
    ...deedTriggers,
  ];
  // One by one: the app may run, and whoever locks several tables at once may wait for it while it waits for them.
  for (const statement of statements) await client.unsafe(statement);
}

/** What was there before, such as the members of a test. */
export async function forgetLog(client: Sql): Promise<void> {
  await client`delete from change_log`;
}

const Change = z.object({
  id: z.number(),
  /** The transaction that made it. */
  xact: z.string(),
  /** By the database's time, in milliseconds. */
  at: z.number(),
  /** The table; or `deed`, which deeds.ts writes. */
  what: z.string(),
  before: z.unknown(),
  after: z.unknown(),
});
/** A kept count: deliveries of a part that have this status. */
const Count = z.object({ sending_id: z.number(), part: z.number(), status: z.string(), count: z.number() });

export type Log = Awaited<ReturnType<typeof readLog>>;

/** What was changed, with the phone that an entry names by its id; and the counts as they are kept now. */
export async function readLog(client: Sql) {
  const changes = await client`
    select id, xact::text, (extract(epoch from at) * 1000)::float8 as at, what, before,
      case what when 'audit_entries' then after || jsonb_build_object('phone',
        (select phone from numbers where id = (after ->> 'number_id')::int)) else after end as after
    from change_log order by id`;
  const counts = await client`select sending_id, part, status, count from delivery_counts where count <> 0`;
  return { changes: z.array(Change).parse(changes), counts: z.array(Count).parse(counts) };
}
