// Asks the provider about all that a killed instance left open.
import { z } from "zod";
import { openDatabase } from "../../../src/db/open.ts";
import { resolveOpen } from "../../../src/deliveries/ask/resolve.ts";
import { createTwilioGateway } from "../../../src/gateways/twilio/gateway.ts";
import { createLog } from "../../../src/log.ts";
import { given, say } from "../child.ts";
import { account, publicUrl, sender } from "../text.ts";

const { databaseUrl, apiUrl } = given(z.object({ databaseUrl: z.string(), apiUrl: z.string() }));
const { db } = openDatabase(databaseUrl);
const gateway = createTwilioGateway({ ...account, sender, apiUrl, publicUrl, connections: 20 });
const log = createLog("warn");
while (await resolveOpen(db, gateway, log, { limit: 100 }));
say(true);
