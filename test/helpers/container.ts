// A Headgate in a container, as far as its data folder is concerned: it starts the built-in PostgreSQL or waits for it,
// says what it finds there, and adds one number after another. Run by test/protocol/campaigns.
import { startEmbedded } from "../../src/db/embedded.ts";
import { openDatabase } from "../../src/db/open.ts";

const say = (words: string) => process.stdout.write(`${words}\n`);

const [folder = ""] = process.argv.slice(2);
const server = await startEmbedded(folder, {}, { onWait: () => say("waits") });
await server.createDatabase("headgate");
const { client } = openDatabase(server.url("headgate"), { maxConnections: 1 });
await client`create table if not exists kept (number int primary key)`;
const [found] = await client<{ count: number; last: number }[]>`
  select count(*)::int, coalesce(max(number), 0)::int as last from kept`;
say(`finds ${found?.count} up to ${found?.last}`);
for (let number = (found?.last ?? 0) + 1; ; number++) {
  await client`insert into kept values (${number})`;
  say(`kept ${number}`);
}
