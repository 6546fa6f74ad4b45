// Headgate's own routes: a callback is answered when it is safe in the database.
import { sql } from "drizzle-orm";
import { z } from "zod";
import { openDatabase } from "../../../src/db/open.ts";
import { createTwilioWebhooks } from "../../../src/gateways/twilio/forms.ts";
import { listen } from "../../../src/http.ts";
import { createLog } from "../../../src/log.ts";
import { createWeb } from "../../../src/web/index.ts";
import { given, say } from "../child.ts";
import { account, publicUrl } from "../text.ts";

const { databaseUrl } = given(z.object({ databaseUrl: z.string() }));
const { db } = openDatabase(databaseUrl);
await db.execute(sql`select 1`);
const { accountSid, authToken } = account;
const routes = createWeb({
  db,
  twilio: {
    ...createTwilioWebhooks({ accountSid, authTokens: [authToken], publicUrl }),
    title: "Twilio",
  },
  country: "US",
  onChange: () => {},
  onMissed: () => {},
  slack: () => {},
  silentJobs: () => [],
  lastCheck: () => undefined,
});
const { port, serve } = await listen({ port: 0 }, createLog("warn"));
serve(routes);
say({ port });
