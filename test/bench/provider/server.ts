// The provider's stand-in, in a process of its own: TLS, and no more than it takes to answer and to keep
// the ledger. HTTP is read by hand, because node:http would cost several times what it does here.
import { createServer, type TLSSocket } from "node:tls";
import { z } from "zod";
import { given, onQuestion, say } from "../child.ts";

const { key, cert, latencyMs, keepsTimes } = given(
  z.object({ key: z.string(), cert: z.string(), latencyMs: z.number(), keepsTimes: z.boolean() }),
);

/** How often each phone was sent to. */
const ledger = new Map<string, number>();
let accepted = 0;
let times: number[] = [];
let firstAt: number | undefined;

const page = { page: 0, page_size: 50, next_page_uri: null, messages: [] };
const NOTHING_FOUND = httpAnswer("200 OK", JSON.stringify(page));
const [BEFORE_SID = "", AFTER_SID = ""] = JSON.stringify({
  account_sid: `AC${"0".repeat(32)}`,
  api_version: "2010-04-01",
  body: "Mill Creek Water Co-op: boil your water before drinking, until further notice.",
  date_created: "Tue, 03 Mar 2026 18:05:00 +0000",
  date_sent: null,
  date_updated: "Tue, 03 Mar 2026 18:05:00 +0000",
  direction: "outbound-api",
  error_code: null,
  error_message: null,
  from: "+12065550100",
  messaging_service_sid: null,
  num_media: "0",
  num_segments: "1",
  price: null,
  price_unit: "USD",
  status: "queued",
  subresource_uris: { media: "/2010-04-01/Accounts/AC/Messages/SM/Media.json" },
  to: "+12065550101",
  uri: "/2010-04-01/Accounts/AC/Messages/SM.json",
  sid: "SID",
}).split("SID");
const SID_LENGTH = 34;
const CREATED = `HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: ${
  BEFORE_SID.length + SID_LENGTH + AFTER_SID.length
}\r\n\r\n${BEFORE_SID}`;

function httpAnswer(status: string, body: string): string {
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

/** One whole request; all of it is ASCII, since what is not stands in it percent-encoded. */
function take(socket: TLSSocket, head: string, body: string): void {
  if (!head.startsWith("POST ")) {
    socket.write(NOTHING_FOUND, "latin1");
    return;
  }
  const at = body.startsWith("To=") ? 3 : body.indexOf("&To=") + 4;
  const end = body.indexOf("&", at);
  const to = body.slice(at, end < 0 ? undefined : end);
  ledger.set(to, (ledger.get(to) ?? 0) + 1);
  accepted++;
  firstAt ??= Date.now();
  if (keepsTimes) times.push(Date.now());
  const answer = `${CREATED}SM${accepted.toString(16).padStart(32, "0")}${AFTER_SID}`;
  if (latencyMs === 0) socket.write(answer, "latin1");
  else setTimeout(() => socket.writable && socket.write(answer, "latin1"), latencyMs);
}

const server = createServer({ key, cert, ALPNProtocols: ["http/1.1"] }, (socket) => {
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  let left = "";
  socket.on("data", (chunk) => {
    let text = left + chunk.toString("latin1");
    for (;;) {
      const headEnd = text.indexOf("\r\n\r\n");
      if (headEnd < 0) break;
      const head = text.slice(0, headEnd);
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      const end = headEnd + 4 + length;
      if (text.length < end) break;
      take(socket, head, text.slice(headEnd + 4, end));
      text = text.slice(end);
    }
    left = text;
  });
});

onQuestion(z.enum(["sums", "forget", "times", "ledger"]), (question) => {
  const sums = {
    accepted,
    phones: ledger.size,
    most: Math.max(0, ...new Set(ledger.values())),
    firstAt: firstAt ?? null,
  };
  if (question === "forget") {
    ledger.clear();
    accepted = 0;
    times = [];
    firstAt = undefined;
  }
  if (question === "times") return times;
  return question === "ledger" ? [...ledger.keys()].map(decodeURIComponent) : sums;
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  say({ port: typeof address === "object" && address ? address.port : 0 });
});
