// How a large audience is frozen: when, and with how much patience.
import type postgres from "postgres";

export function createFreezeAnswers(client: postgres.Sql) {
  return {
    /** From now on the freeze of the one alert notes when it is, and how long it may take. @returns what it noted */
    async watchFreeze() {
      await client.unsafe(`
        create table freezes (at timestamptz, allowed interval);
        create function note_freeze() returns trigger language plpgsql as $$ begin
          insert into freezes values (clock_timestamp(), current_setting('statement_timeout')::interval);
          return null;
        end $$;
        create trigger note_freeze before insert on deliveries execute function note_freeze()`);
      return async () => {
        const [freeze] = await client<
          { minutes: number; afterConfirm: boolean; beforeFirstClaim: boolean }[]
        >`
          select (extract(epoch from allowed) / 60)::float8 as minutes, confirmed_at < at as "afterConfirm",
            at < (select min(claimed_at) from deliveries) as "beforeFirstClaim" from freezes, alerts`;
        return freeze;
      };
    },
  };
}
