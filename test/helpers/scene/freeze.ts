// How a large audience is frozen: when, and with how much patience.
import type postgres from "postgres";

export function createFreezeAnswers(client: postgres.Sql) {
  return {
    /** Whether the one alert was frozen after its confirm, and before anything of it was claimed. */
    async howFrozen() {
      const [found] = await client<{ afterConfirm: boolean; beforeFirstClaim: boolean }[]>`
        select confirmed_at < frozen_at as "afterConfirm",
          frozen_at < (select min(claimed_at) from deliveries) as "beforeFirstClaim" from alerts`;
      return found;
    },
    /** From now on the freeze notes how long it may take. @returns what it noted, in minutes */
    async watchPatience(): Promise<() => Promise<number>> {
      await client.unsafe(`
        create table patience (allowed interval);
        create function note_patience() returns trigger language plpgsql as $$ begin
          insert into patience values (current_setting('statement_timeout')::interval);
          return null;
        end $$;
        create trigger note_patience before insert on deliveries execute function note_patience()`);
      return async () => {
        const [freeze] = await client<{ minutes: number }[]>`
          select (extract(epoch from allowed) / 60)::float8 as minutes from patience`;
        return freeze?.minutes ?? 0;
      };
    },
  };
}
