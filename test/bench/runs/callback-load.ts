// Status callbacks as the provider would send them, as cheaply as can be: signed beforehand, over raw
// sockets that are kept alive, the next one on a connection as soon as the last one is answered.
import { connect } from "node:net";
import { z } from "zod";
import { signedCallback } from "../callback.ts";
import { given, say, startWatch } from "../child.ts";
import { percentile } from "../statistics.ts";
import { phoneOf, sidOf } from "../text.ts";

const { port, connections, callbacks, warmUp } = given(
  z.object({ port: z.number(), connections: z.number(), callbacks: z.number(), warmUp: z.number() }),
);

const callback = (position: number): Buffer =>
  signedCallback(`/twilio/status?sending=1&delivery=${position}&attempt=1`, {
    sid: sidOf(position),
    status: "delivered",
    to: phoneOf(position),
  });

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
