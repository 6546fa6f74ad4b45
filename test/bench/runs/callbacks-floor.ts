// Servers to measure against. `twilio` checks the signature with Twilio's own function and `bare` with
// Node's alone, and both keep nothing; `update` also writes each callback down by itself, into a table
// that has nothing but its primary key.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import postgres from "postgres";
import twilio from "twilio";
import { z } from "zod";
import { given, say } from "../child.ts";
import { account, publicUrl } from "../text.ts";

const { kind, databaseUrl } = given(
  z.object({ kind: z.enum(["twilio", "bare", "update"]), databaseUrl: z.string() }),
);

const checks = {
  twilio: (signature: string, url: string, fields: Record<string, string>) =>
    twilio.validateRequest(account.authToken, signature, url, fields),
  bare: (signature: string, url: string, fields: Record<string, string>) => {
    let signed = url;
    for (const name of Object.keys(fields).sort()) signed += name + fields[name];
    const expected = createHmac("sha1", account.authToken).update(signed).digest();
    const found = Buffer.from(signature, "base64");
    return found.length === expected.length && timingSafeEqual(found, expected);
  },
};
const check = kind === "bare" ? checks.bare : checks.twilio;

const client = postgres(databaseUrl, { max: 10 });
await client`select 1`;
async function update(url: URL, fields: Record<string, string>): Promise<void> {
  const { MessageSid = "", MessageStatus = "" } = fields;
  await client`
    update floor set status = ${MessageStatus}, message_sid = ${MessageSid}, status_at = now()
    where sending_id = ${Number(url.searchParams.get("sending"))} and position = ${Number(url.searchParams.get("delivery"))}`;
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", async () => {
    const fields = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString("utf8")));
    const url = publicUrl + request.url;
    const isSigned = check(String(request.headers["x-twilio-signature"]), url, fields);
    if (isSigned && kind === "update") await update(new URL(url), fields);
    response.writeHead(isSigned ? 204 : 403).end();
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  say({ port: typeof address === "object" && address ? address.port : 0 });
});
