// The same audience, written by one statement into a table with the primary key alone.
import { sql } from "drizzle-orm";
import { z } from "zod";
import { openDatabase } from "../../../src/db/open.ts";
import { given, say, startWatch } from "../child.ts";

const { databaseUrl } = given(z.object({ databaseUrl: z.string() }));
const { db, close } = openDatabase(databaseUrl, { statementTimeoutMs: 600_000 });
await db.execute(
  sql`create table floor (like deliveries including defaults including generated, primary key (sending_id, position))`,
);

const watch = startWatch();
await db.execute(sql`
  insert into floor (sending_id, position, address)
  select 1, row_number() over (order by phone), phone from (
    select distinct address as phone from addresses join members on members.id = member_id
    where zone_id is not null and left_at is null
      and not exists (select from opt_outs where opt_outs.phone = address)
      and not exists (select from unusable_phones where unusable_phones.phone = address)
  ) as reachable`);
say({ ...watch(), confirmMs: 0 });
await close();
