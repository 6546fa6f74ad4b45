// Confirms one alert, and freezes its audience as the job does.
import { sql } from "drizzle-orm";
import { z } from "zod";
import { confirmAlert } from "../../../src/alerts/confirm.ts";
import { changesOf } from "../../../src/board/change.ts";
import { openDatabase } from "../../../src/db/open.ts";
import { listenForSignals } from "../../../src/db/signals.ts";
import { freezeNext } from "../../../src/deliveries/freeze.ts";
import { given, say, startWatch } from "../child.ts";
import { boardMember, fillDraft, slowMoment } from "../fill.ts";

const { databaseUrl, alertId, version } = given(
  z.object({ databaseUrl: z.string(), alertId: z.number(), version: z.number() }),
);
const connection = openDatabase(databaseUrl);
const { db, close } = connection;
await db.execute(sql`select 1`);
let heard = Promise.withResolvers<boolean>();
await listenForSignals(
  connection,
  () => heard.resolve(true),
  () => {},
);

// Whoever confirms has written the alert a moment ago: the program is warm.
await fillDraft(db);

const watch = startWatch();
const { outcome } = await confirmAlert(
  changesOf(db, boardMember, "operator", "confirm"),
  { alertId, version },
  { gateway: "twilio", ...slowMoment() },
);
const confirmMs = watch().wallMs;
if (outcome !== "confirmed") throw new Error(`The confirm was refused: ${outcome}.`);
await heard.promise;
heard = Promise.withResolvers();
const job = freezeNext(db, "twilio");
// As soon as the freeze is committed the senders hear of it; what the job does after it holds up nobody.
if (!(await Promise.race([heard.promise, job]))) throw new Error("The confirm froze the audience itself.");
const figures = watch();
await job;
say({ ...figures, confirmMs });
await close();
