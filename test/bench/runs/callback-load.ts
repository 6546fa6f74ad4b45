// Status callbacks as the provider would send them, as cheaply as can be: signed beforehand, over raw
// sockets that are kept alive, the next one on a connection as soon as the last one is answered.
import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { z } from "zod";
import { given, say, startWatch } from "../child.ts";
import { percentile } from "../statistics.ts";
import { account, phoneOf, publicUrl, sidOf } from "../text.ts";

const { port, connections, callbacks, warmUp } = given(
  z.object({ port: z.number(), connections: z.number(), callbacks: z.number(), warmUp: z.number() }),
);

function callback(position: number): Buffer {
  const path = `/twilio/status?sending=1&delivery=${position}&attempt=1`;
  const sid = sidOf(position);
  // In the order in which they are signed: by name.
  const fields = {
    AccountSid: account.accountSid,
    ApiVersion: "2010-04-01",
    From: "+12065550100",
    MessageSid: sid,
    MessageStatus: "delivered",
    SmsSid: sid,
    SmsStatus: "delivered",
    To: phoneOf(position),
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

const requests = Array.from({ length: warmUp + callbacks }, (_, index) => callback(index + 1));
const latencies = new Float64Array(requests.length);
const done = Promise.withResolvers<void>();
let next = 0;
let answered = 0;
let watch = startWatch();

function work(): void {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  let mine = -1;
  let sentAt = 0;
  const send = () => {
    const request = requests[next];
    if (!request) return socket.end();
    mine = next++;
    if (mine === warmUp) watch = startWatch();
    sentAt = performance.now();
    socket.write(request);
  };
  socket.on("connect", send);
  socket.on("error", done.reject);
  let head = "";
  socket.on("data", (chunk) => {
    head += chunk.toString("latin1");
    if (!head.endsWith("\r\n\r\n")) return;
    if (!head.startsWith("HTTP/1.1 204")) return done.reject(new Error(`It answered ${head}`));
    head = "";
    latencies[mine] = performance.now() - sentAt;
    if (++answered === requests.length) done.resolve();
    else send();
  });
}

for (let n = 0; n < connections; n++) work();
await done.promise;
const { wallMs, cpuMs } = watch();
const measured = [...latencies.subarray(warmUp)];
say({
  perSecond: callbacks / (wallMs / 1000),
  p50Ms: percentile(measured, 0.5),
  p99Ms: percentile(measured, 0.99),
  generatorShare: cpuMs / wallMs,
});
