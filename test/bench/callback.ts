// One status callback, as the provider sends it over a connection that is kept.
import { createHmac } from "node:crypto";
import { account, publicUrl, sender } from "./text.ts";

/** @param path with the query that Headgate has given, and without what follows its `#` */
export function signedCallback(
  path: string,
  { sid, status, to }: { sid: string; status: string; to: string },
): Buffer {
  // In the order in which they are signed: by name.
  const fields = {
    AccountSid: account.accountSid,
    ApiVersion: "2010-04-01",
    From: sender.from,
    MessageSid: sid,
    MessageStatus: status,
    SmsSid: sid,
    SmsStatus: status,
    To: to,
  };
  const signed = publicUrl + path + Object.entries(fields).flat().join("");
  const signature = createHmac("sha1", account.authToken).update(signed).digest("base64");
  const body = new URLSearchParams(fields).toString();
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: headgate.example\r\nuser-agent: TwilioProxy/1.1\r\n` +
      `content-type: application/x-www-form-urlencoded; charset=UTF-8\r\nx-twilio-signature: ${signature}\r\n` +
      `content-length: ${body.length}\r\n\r\n${body}`,
  );
}
