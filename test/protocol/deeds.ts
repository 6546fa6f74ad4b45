// I6 for what people do: each deed has its entry in its own transaction, and each entry its deed.
import type { Facts } from "./facts.ts";

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

/** This is told once for a whole list; and one that changed nobody is told too. */
const IMPORTED = "imported";

const keep = (action: string, about: string) =>
  `insert into change_log (what, after)
    values ('deed', jsonb_build_object('action', '${action}', 'about', (${about})::text))`;

/** Statements after which deeds stand in the log (log.ts). */
export const deedTriggers: string[] = [
  ...deeds.flatMap(({ action, table, when, condition = "true", about }, n) => [
    `create function keep_deed_${n}() returns trigger language plpgsql as $$ begin
      ${keep(action, about)};
      return null;
    end $$`,
    `create trigger keep_deed_${n} after ${when} on ${table} for each row
      when (${condition}) execute function keep_deed_${n}()`,
  ]),
  `create function keep_import() returns trigger language plpgsql as $$ begin
    if exists (select from changed) then ${keep(IMPORTED, "'the list'")}; end if;
    return null;
  end $$`,
  ...["insert", "update", "delete"].map(
    (what) => `create trigger keep_import_${what} after ${what} on members
      referencing ${what === "delete" ? "old" : "new"} table as changed
      for each statement execute function keep_import()`,
  ),
];

/** How often each was done and is told, by what and in which transaction. */
export function countDeeds({ deeds: done, entries }: Pick<Facts, "deeds" | "entries">) {
  const actions = new Set([...deeds.map(({ action }) => action), IMPORTED]);
  const counts = new Map<string, { action: string; about: string; done: number; told: number }>();
  const countOf = (xact: string, action: string, named: string | null) => {
    const about = action === IMPORTED ? "the list" : String(named);
    const key = `${xact} ${action} ${about}`;
    const count = counts.get(key) ?? { action, about, done: 0, told: 0 };
    counts.set(key, count);
    return count;
  };
  for (const { xact, action, about } of done) {
    const count = countOf(xact, action, about);
    count.done = action === IMPORTED ? 1 : count.done + 1;
  }
  for (const { xact, action, about } of entries) if (actions.has(action)) countOf(xact, action, about).told++;
  return [...counts.values()];
}

export const judgeDeeds = (facts: Pick<Facts, "deeds" | "entries">): string[] =>
  countDeeds(facts)
    .filter(({ action, done, told }) => done !== told && (done > 0 || action !== IMPORTED))
    .map(
      ({ action, about, done, told }) =>
        `"${action}" of ${about} was done ${done} times, and is written down ${told} times`,
    );
