// How much the provider's stand-in can take: whole batches of requests at once, over raw sockets.
import { connect } from "node:tls";
import { z } from "zod";
import { given, say, startWatch } from "../child.ts";
import { account, callbackOf, phoneOf, sender, text } from "../text.ts";

const CONNECTIONS = 8;
const BATCH = 50;

const { port, messages } = given(z.object({ port: z.number(), messages: z.number() }));

const batch = (first: number): string =>
  Array.from({ length: BATCH }, (_, index) => {
    const body = new URLSearchParams({
      To: phoneOf(first + index),
      StatusCallback: callbackOf(first + index),
      ValidityPeriod: "14400",
      From: sender.from,
      Body: text,
    }).toString();
    return (
      `POST /2010-04-01/Accounts/${account.accountSid}/Messages.json HTTP/1.1\r\nhost: localhost\r\n` +
      `authorization: Basic ${"0".repeat(90)}\r\ncontent-type: application/x-www-form-urlencoded\r\n` +
      `content-length: ${body.length}\r\n\r\n${body}`
    );
  }).join("");
const batches = Array.from({ length: Math.ceil(messages / BATCH) }, (_, index) => batch(index * BATCH + 1));

const done = Promise.withResolvers<void>();
let answered = 0;

function work(): void {
  const socket = connect({ port, host: "localhost" });
  let open = 0;
  const send = () => {
    const next = batches.pop();
    if (next === undefined) return;
    open += BATCH;
    socket.write(next, "latin1");
  };
  socket.on("secureConnect", send);
  socket.on("error", done.reject);
  let rest = "";
  socket.on("data", (chunk) => {
    const parts = (rest + chunk.toString("latin1")).split("HTTP/1.1 201");
    // What may be the beginning of the next status line is looked at again.
    rest = (parts.at(-1) ?? "").slice(-11);
    answered += parts.length - 1;
    open -= parts.length - 1;
    if (answered >= messages) done.resolve();
    else if (open === 0) send();
  });
}

const watch = startWatch();
for (let n = 0; n < CONNECTIONS; n++) work();
await done.promise;
const { wallMs } = watch();
say({ perSecond: answered / (wallMs / 1000) });
