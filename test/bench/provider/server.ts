// The provider's stand-in, in a process of its own: TLS, and no more than it takes to answer and to keep
// the ledger. HTTP is read by hand, because node:http would cost several times what it does here.
import { createServer, type TLSSocket } from "node:tls";
import { z } from "zod";
import { given, onQuestion, say } from "../child.ts";
import { sidOf, text } from "../text.ts";
import { createCallbacks } from "./callbacks.ts";

const { key, cert, latencyMs, keepsTimes, callbackPort } = given(
  z.object({
    key: z.string(),
    cert: z.string(),
    latencyMs: z.number(),
    keepsTimes: z.boolean(),
    /** Where each text's callbacks go; null sends none. */
    callbackPort: z.number().nullable(),
  }),
);
const callbacks = callbackPort === null ? undefined : createCallbacks(callbackPort);

/** By phone, as it stands in the form: how often it was sent to, and its last message. */
const ledger = new Map<string, { count: number; number: number; at: number }>();
let accepted = 0;
let times: number[] = [];
let firstAt: number | null = null;
let lastAt: number | null = null;

const message = {
  account_sid: `AC${"0".repeat(32)}`,
  api_version: "2010-04-01",
  body: text,
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
};
const [BEFORE_SID = "", AFTER_SID = ""] = JSON.stringify(message).split("SID");
const SID_LENGTH = 34;
const CREATED = `HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: ${
  BEFORE_SID.length + SID_LENGTH + AFTER_SID.length
}\r\n\r\n${BEFORE_SID}`;

function httpAnswer(status: string, body: string): string {
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

/** The messages to one phone; of several only the last. */
function list(head: string): string {
  const to = /[?&]To=([^& ]*)/.exec(head)?.[1] ?? "";
  const found = ledger.get(to);
  const messages = found && {
    ...message,
    to: decodeURIComponent(to),
    sid: sidOf(found.number),
    date_created: new Date(found.at).toUTCString().replace("GMT", "+0000"),
  };
  return httpAnswer(
    "200 OK",
    JSON.stringify({ page: 0, page_size: 50, next_page_uri: null, messages: messages ? [messages] : [] }),
  );
}

/** One whole request; all of it is ASCII, since what is not stands in it percent-encoded. */
function take(socket: TLSSocket, head: string, body: string): void {
  if (!head.startsWith("POST ")) {
    socket.write(list(head), "latin1");
    return;
  }
  const at = body.startsWith("To=") ? 3 : body.indexOf("&To=") + 4;
  const end = body.indexOf("&", at);
  const to = body.slice(at, end < 0 ? undefined : end);
  accepted++;
  lastAt = Date.now();
  firstAt ??= lastAt;
  ledger.set(to, { count: (ledger.get(to)?.count ?? 0) + 1, number: accepted, at: lastAt });
  if (keepsTimes) times.push(lastAt);
  const sid = sidOf(accepted);
  callbacks?.follow(sid, body);
  const answer = CREATED + sid + AFTER_SID;
  if (latencyMs === 0) socket.write(answer, "latin1");
  else setTimeout(() => socket.writable && socket.write(answer, "latin1"), latencyMs);
}

const server = createServer({ key, cert, ALPNProtocols: ["http/1.1"] }, (socket) => {
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  let left = "";
  socket.on("data", (chunk) => {
    let unread = left + chunk.toString("latin1");
    for (;;) {
      const headEnd = unread.indexOf("\r\n\r\n");
      if (headEnd < 0) break;
      const head = unread.slice(0, headEnd);
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      const end = headEnd + 4 + length;
      if (unread.length < end) break;
      take(socket, head, unread.slice(headEnd + 4, end));
      unread = unread.slice(end);
    }
    left = unread;
  });
});

const Unsent = z.object({ unsent: z.array(z.string()) });
onQuestion(z.union([z.enum(["sums", "forget", "times", "callbacks"]), Unsent]), (question) => {
  if (typeof question === "object") {
    return question.unsent.filter((phone) => !ledger.has(encodeURIComponent(phone)));
  }
  if (question === "times") return times;
  if (question === "callbacks") return callbacks?.counts() ?? { taken: 0, refused: 0, open: 0 };
  const most = ledger.values().reduce((highest, { count }) => Math.max(highest, count), 0);
  const sums = { accepted, phones: ledger.size, most, firstAt, lastAt };
  if (question === "forget") {
    ledger.clear();
    accepted = 0;
    times = [];
    firstAt = null;
    lastAt = null;
  }
  return sums;
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  say({ port: typeof address === "object" && address ? address.port : 0 });
});
