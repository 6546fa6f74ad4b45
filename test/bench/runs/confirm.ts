// Confirms one alert, and freezes its audience as the job does.
import { sql } from "drizzle-orm";
import { z } from "zod";
import { confirmAlert } from "../../../src/alerts/confirm.ts";
import { freezeNext } from "../../../src/alerts/lifecycle.ts";
import { openDatabase } from "../../../src/db/open.ts";
import { given, say, startWatch } from "../child.ts";
import { boardMember } from "../fill.ts";

const { databaseUrl, alertId, version } = given(
  z.object({ databaseUrl: z.string(), alertId: z.number(), version: z.number() }),
);
const { db, close } = openDatabase(databaseUrl);
await db.execute(sql`select 1`);

const watch = startWatch();
const outcome = await confirmAlert(db, { alertId, version }, boardMember);
const confirmMs = watch().wallMs;
if (outcome !== "confirmed") throw new Error(`The confirm was refused: ${outcome}.`);
// False where the confirm froze the audience itself.
await freezeNext(db);
say({ ...watch(), confirmMs });
await close();
