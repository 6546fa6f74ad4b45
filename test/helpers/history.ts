// Every change of a delivery's status, written down by the database itself.
import type postgres from "postgres";

type Step = { position: number; before: string; after: string };

export async function keepHistory(client: postgres.Sql): Promise<void> {
  await client.unsafe(`
    create table status_history (id bigserial, alert_id int, position int, before delivery_status, after delivery_status);
    create function write_history() returns trigger language plpgsql as $$ begin
      insert into status_history (alert_id, position, before, after)
      values (new.alert_id, new.position, old.status, new.status);
      return null;
    end $$;
    create trigger history after update of status on deliveries
      for each row when (old.status <> new.status) execute function write_history()`);
}

/** What went back although the provider had it, moved after its end, or was taken for unsent again. */
export async function stepsBack(client: postgres.Sql): Promise<Step[]> {
  return client<Step[]>`
    select position, before, after from status_history
    where (before >= 'unknown' and after < before) or before >= 'delivered'
      or (before in ('skipped', 'expired', 'canceled') and after < 'accepted') order by id`;
}

export async function countSteps(client: postgres.Sql): Promise<number> {
  const [row] = await client<{ count: number }[]>`select count(*)::int from status_history`;
  return row?.count ?? 0;
}
