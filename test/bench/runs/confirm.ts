// Confirms one alert, and freezes its audience as the job does.
import { sql } from "drizzle-orm";
import { z } from "zod";
import { confirmAlert } from "../../../src/alerts/confirm.ts";
import { freezeNext } from "../../../src/alerts/lifecycle.ts";
import { openDatabase } from "../../../src/db/open.ts";
import { listenForSignals } from "../../../src/db/signals.ts";
import { given, say, startWatch } from "../child.ts";
import { boardMember } from "../fill.ts";

const { databaseUrl, alertId, version } = given(
  z.object({ databaseUrl: z.string(), alertId: z.number(), version: z.number() }),
);
const connection = openDatabase(databaseUrl);
const { db, close } = connection;
await db.execute(sql`select 1`);

const watch = startWatch();
const outcome = await confirmAlert(db, { alertId, version }, boardMember);
const confirmMs = watch().wallMs;
if (outcome !== "confirmed") throw new Error(`The confirm was refused: ${outcome}.`);
// As soon as the freeze is committed the senders hear of it; what the job does after it holds up nobody.
const frozen = Promise.withResolvers<void>();
await listenForSignals(
  connection,
  () => frozen.resolve(),
  () => {},
);
const job = freezeNext(db);
await frozen.promise;
const figures = watch();
await job;
say({ ...figures, confirmMs });
await close();
