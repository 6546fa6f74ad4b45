// npm run practice: opens the made-up world on one address. Nothing is kept from one start to the next.
import { join } from "node:path";
import { readPracticePort } from "../config.ts";
import { startEmbedded } from "../db/embedded.ts";
import { createLog } from "../log.ts";
import { lifelikePacing } from "./stand-ins/twilio/pacing.ts";
import { startPractice } from "./start.ts";

async function main(): Promise<void> {
  const port = readPracticePort();
  const folder = join(process.cwd(), "data", "practice");
  const postgres = await startEmbedded(folder, {}, { onWait: (why) => console.error(why) });
  const database = `practice_${port}`;
  await postgres.createDatabase(database, { fresh: true });
  const practice = await startPractice({
    port,
    database: { url: postgres.url(database) },
    filesFolder: join(folder, "files"),
    log: createLog("error"),
    twilio: { pacing: lifelikePacing() },
    // What is lost for ten minutes in live operation, nobody waits for so long here.
    rhythm: { unknownAfterMinutes: 1 },
  });
  process.stdout.write(
    `\nHeadgate in PRACTICE: an invented co-op, no real phone, no real Slack.\nOpen ${practice.world.url}/\nPress Ctrl+C to end it.\n`,
  );

  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    await practice.close();
    await postgres.stop();
    process.exit(0);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

main().catch((error: unknown) => {
  console.error(`Practice could not start. ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
