// Which came first, a STOP or a claim, as the database itself saw it.
import type postgres from "postgres";

/**
 * Each claim keeps the snapshot that it was made under, each STOP and each Stop its transaction. A trigger
 * that is STABLE sees with the snapshot of the statement which fires it:
 * https://www.postgresql.org/docs/current/xfunc-volatility.html
 */
export async function keepCommitOrder(client: postgres.Sql): Promise<void> {
  const statements = [
    "alter table deliveries add column claimed_under pg_snapshot",
    `create function keep_snapshot() returns trigger language plpgsql stable as $$ begin
      new.claimed_under := pg_current_snapshot();
      return new;
    end $$`,
    `create trigger keep_snapshot before update on deliveries
      for each row when (old.status = 'pending' and new.status = 'sending') execute function keep_snapshot()`,
    "alter table opt_outs add column by_transaction xid8 default pg_current_xact_id()",
    "alter table sendings add column stopped_by_transaction xid8",
    `create function keep_transaction() returns trigger language plpgsql as $$ begin
      new.stopped_by_transaction := pg_current_xact_id();
      return new;
    end $$`,
    `create trigger keep_transaction before update on sendings
      for each row when (new.status = 'stopped' and old.status <> 'stopped') execute function keep_transaction()`,
  ];
  // One by one: the app runs, and whoever locks several tables at once may wait for it while it waits for them.
  for (const statement of statements) await client.unsafe(statement);
}

/** Phones that were claimed although their STOP was there to be seen. */
export async function claimedAfterStop(client: postgres.Sql): Promise<string[]> {
  const rows = await client<{ phone: string }[]>`
    select address as phone from deliveries join opt_outs on phone = address
    where pg_visible_in_snapshot(by_transaction, claimed_under)`;
  return rows.map(({ phone }) => phone);
}

/** Phones that were claimed although their alert's Stop was there to be seen. */
export async function claimedOfStopped(client: postgres.Sql): Promise<string[]> {
  const rows = await client<{ phone: string }[]>`
    select address as phone from deliveries d join sendings s on s.id = d.sending_id
    where pg_visible_in_snapshot(stopped_by_transaction, claimed_under)`;
  return rows.map(({ phone }) => phone);
}
