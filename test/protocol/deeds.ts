// I6 for what people do, in campaigns and simulation: each deed has its entry in its own transaction, and each entry its
// deed. Written down by triggers that only these tests have.
import type { Sql } from "postgres";

/** A deed, by the name that its entry has. */
const deeds: { action: string; table: string; when: string; condition?: string; about: string }[] = [
  {
    action: "discarded",
    table: "alerts",
    when: "update",
    condition: "old.status = 'draft' and new.status = 'discarded'",
    about: "new.id",
  },
  {
    // A confirm that asks once more takes up a new version of the same words; who edits has them saved as edited.
    action: "edited",
    table: "alerts",
    when: "update of text",
    condition: "new.status = 'draft' and new.edited and new.version > old.version",
    about: "new.id",
  },
  {
    action: "board member added",
    table: "board_members",
    when: "insert or update of role",
    about: "new.user_id",
  },
  { action: "board member removed", table: "board_members", when: "delete", about: "old.user_id" },
  {
    action: "own phone kept",
    table: "board_members",
    when: "update of phone",
    condition: "old.phone is distinct from new.phone",
    about: "new.user_id",
  },
  { action: "number barred", table: "unusable_phones", when: "insert", about: "new.phone" },
  { action: "number freed", table: "unusable_phones", when: "delete", about: "old.phone" },
];

/** These are told once for a whole list; and one that changed nobody is told too. */
const IMPORTED = ["insert", "update", "delete"];

/** From now on deeds are kept, and entries with the transaction that wrote them. */
export async function keepDeeds(client: Sql): Promise<void> {
  const ofDeeds = deeds.map(({ action, table, when, condition = "true", about }, n) => {
    const name = `keep_deed_${n}`;
    return `
      create function ${name}() returns trigger language plpgsql as $$ begin
        insert into deeds (action, about) values ('${action}', ${about});
        return null;
      end $$;
      create trigger ${name} after ${when} on ${table} for each row
        when (${condition}) execute function ${name}();`;
  });
  await client.unsafe(`
    create table deeds (
      id bigint primary key generated always as identity, xact xid8 not null default pg_current_xact_id(),
      action text not null, about text not null);
    create table written_entries (
      id bigint primary key generated always as identity, xact xid8 not null default pg_current_xact_id(),
      action text not null, about text);
    create function keep_entry() returns trigger language plpgsql as $$ begin
      insert into written_entries (action, about) values (new.action, coalesce(new.alert_id::text,
        new.detail ->> 'userId', (select phone from numbers where id = new.number_id)));
      return null;
    end $$;
    create trigger keep_entry after insert on audit_entries for each row execute function keep_entry();
    ${ofDeeds.join("\n")}
    create function keep_import() returns trigger language plpgsql as $$ begin
      if not exists (select from deeds where xact = pg_current_xact_id() and action = 'imported')
        and exists (select from changed) then
        insert into deeds (action, about) values ('imported', 'the list');
      end if;
      return null;
    end $$;
    ${IMPORTED.map(
      (what) => `create trigger keep_import_${what} after ${what} on members
        referencing ${what === "delete" ? "old" : "new"} table as changed
        for each statement execute function keep_import();`,
    ).join("\n")}`);
}

/** What was there before, such as the members of a test. */
export async function forgetDeeds(client: Sql): Promise<void> {
  await client`delete from deeds`;
}

/** @returns the violations of I6 */
export async function judgeDeeds(client: Sql): Promise<string[]> {
  const actions = [...deeds.map(({ action }) => action), "imported"];
  const wrong = await client<{ action: string; about: string; done: number; told: number }[]>`
    with done as (select xact, action, about, count(*)::int as done from deeds group by 1, 2, 3),
    told as (
      select xact, action, case when action = 'imported' then 'the list' else about end as about,
        count(*)::int as told
      from written_entries where action = any(${actions}) group by 1, 2, 3)
    select action, about, coalesce(done, 0) as done, coalesce(told, 0) as told
    from done full join told using (xact, action, about)
    where coalesce(done, 0) <> coalesce(told, 0) and (done > 0 or action <> 'imported')
    order by xact, action, about`;
  return wrong.map(
    ({ action, about, done, told }) =>
      `I6: "${action}" of ${about} was done ${done} times, and is written down ${told} times`,
  );
}
