// What became of every alert and delivery, step by step: written by triggers that only these tests have.
import type { Sql } from "postgres";
import { keepDeeds } from "../deeds.ts";

export async function keepHistory(client: Sql): Promise<void> {
  await keepDeeds(client);
  await client.unsafe(`
    create table delivery_history (
      id bigint primary key generated always as identity, xact xid8 not null default pg_current_xact_id(),
      sending_id int not null, position int not null, attempt int not null,
      was text not null, became text not null, old_sid text, new_sid text);
    create table alert_history (
      id bigint primary key generated always as identity, xact xid8 not null default pg_current_xact_id(),
      alert_id int not null, was text not null, became text not null);

    create function keep_delivery_history() returns trigger language plpgsql as $$
    begin
      insert into delivery_history (sending_id, position, attempt, was, became, old_sid, new_sid)
        values (new.sending_id, new.position, new.attempt, old.status, new.status, old.message_sid, new.message_sid);
      return null;
    end $$;
    create trigger keep_delivery_history after update on deliveries for each row
      when (old.status <> new.status or old.message_sid is distinct from new.message_sid)
      execute function keep_delivery_history();

    -- As people see it: an alert is confirmed, and what follows is told by its sending and its part.
    create function keep_alert_history() returns trigger language plpgsql as $$
    begin
      insert into alert_history (alert_id, was, became) values (new.id, 'draft', 'sending');
      return null;
    end $$;
    create trigger keep_alert_history after update on alerts for each row
      when (old.status = 'draft' and new.status = 'confirmed') execute function keep_alert_history();

    create function keep_sending_history() returns trigger language plpgsql as $$
    begin
      insert into alert_history (alert_id, was, became)
        select id, old.status, new.status from alerts where sending_id = new.id;
      return null;
    end $$;
    create trigger keep_sending_history after update on sendings for each row
      when (old.status <> new.status) execute function keep_sending_history();

    create function keep_part_history() returns trigger language plpgsql as $$
    begin
      insert into alert_history (alert_id, was, became)
        select id, case when old.halt_reason is null then 'sending' else 'halted' end,
          case when new.halt_reason is null then 'sending' else 'halted' end
        from alerts where sending_id = new.sending_id;
      return null;
    end $$;
    create trigger keep_part_history after update on parts for each row
      when ((old.halt_reason is null) <> (new.halt_reason is null)) execute function keep_part_history();`);
}

type StepBack = { position: number; was: string; became: string };

/** What went back although the provider had it, moved after its end, or was taken for unsent again. */
export async function stepsBack(client: Sql): Promise<StepBack[]> {
  return client<StepBack[]>`
    with steps as (
      select id, position, was::delivery_status, became::delivery_status from delivery_history where was <> became
    )
    select position, was, became from steps
    where (was >= 'unknown' and became < was) or was >= 'delivered'
      or (was in ('skipped', 'expired', 'canceled') and became < 'accepted') order by id`;
}

export async function countSteps(client: Sql): Promise<number> {
  const [row] = await client<{ count: number }[]>`
    select count(*)::int from delivery_history where was <> became`;
  return row?.count ?? 0;
}
