// The database's disk is full for a while: PostgreSQL answers 53100 to whatever would write.
import type postgres from "postgres";
import { expect, test as story } from "vitest";
import { connectTo } from "../../helpers/database.ts";
import { eventually } from "../../helpers/eventually.ts";
import { expectOnceEach, lane, openLane, phone, sendToLane } from "../../helpers/lane.ts";

/** @returns how to fill the disk, and how to make room again */
async function installDisk(client: postgres.Sql) {
  await client.unsafe(`
    create table disk (is_full boolean);
    insert into disk values (false);
    create function write_to_disk() returns trigger language plpgsql as $$ begin
      if (select is_full from disk) then
        raise exception 'could not extend file: No space left on device' using errcode = 'disk_full';
      end if;
      return null;
    end $$`);
  const tables = [
    "alerts",
    "deliveries",
    "status_callbacks",
    "inbound_texts",
    "opt_outs",
    "audit_entries",
    "pace",
  ];
  for (const table of tables) {
    await client.unsafe(`create trigger disk before insert or update or delete on ${table}
      for each statement execute function write_to_disk()`);
  }
  return (isFull: boolean) => client`update disk set is_full = ${isFull}`;
}

story(
  "the disk is full in the middle of an alert, and has room again: nothing is lost or sent twice",
  { timeout: 60_000 },
  async () => {
    const phones = lane(120);
    const scene = await openLane(phones.length, { twilio: { pacing: "manual" } });
    const { twilio, priya, dale, slack } = scene;
    const fill = await installDisk(connectTo(scene.databaseUrl).client);
    const answer = Promise.withResolvers<void>();
    twilio.misbehave({ create: () => ({ answerAfter: answer.promise }) });
    const review = await sendToLane(scene);
    await twilio.until(() => twilio.ledger.length === 50);
    await scene.messageSaying("Sending");

    await fill(true);
    // What is on its way is answered now, and can't be written down; so nothing more leaves.
    answer.resolve();
    await eventually(
      async () => scene.log.some((line) => line.includes("hand-overs can't be recorded")),
      "the trouble",
    );
    // As many again as there are at once may be on their way to being recorded.
    expect(twilio.ledger.length).toBeLessThanOrEqual(100);
    await priya.presses("Stop", review);
    await priya.isTold(/can't reach its database.*nothing was done.*try again in a minute/);
    expect((await dale.runs("/alert")).failure).toBeUndefined();
    await dale.isTold(/can't reach its database/);
    const [first] = twilio.ledger;
    const told = await twilio.tell(first?.sid ?? "", "delivered");
    const stopped = await twilio.reply(phone(1), "STOP");
    // Twilio is asked to come again, and does.
    expect([told?.status, stopped.answer?.status]).toEqual([503, 503]);

    await fill(false);
    if (!told || !stopped.answer) throw new Error("no answer");
    expect((await twilio.repeat(stopped.answer)).status).toBe(204);
    await scene.messageSaying(/^Sent 120 of 120: 120 on the way/);
    expect((await twilio.repeat(told)).status).toBe(204);
    await scene.messageSaying(/^Sent 120 of 120: 1 delivered/);
    expectOnceEach(scene, phones);
    expect(await scene.audit("opted out")).toContainEqual(expect.objectContaining({ phone: phone(1) }));
    expect(await scene.audit("stopped")).toEqual([]);
    await dale.runs("/alert");
    await dale.sees("New alert");
    expect(slack.views(priya.id)).toEqual([]);
  },
);
