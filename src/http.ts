// The one HTTP server: routes by exact method and path, bodies with a limit, no error that gets out.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Clock, pause, systemClock } from "./clock.ts";
import type { Log } from "./log.ts";

const MAX_BODY_BYTES = 1024 * 1024;

/** What Twilio sends is smaller. Bodies above it share a limit of their own, so that many can't fill the memory. */
const SMALL_BODY_BYTES = 32 * 1024;
const LARGE_BODIES_BYTES = 8 * 1024 * 1024;
let largeBodiesBytes = 0;

export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** By `METHOD /path`. */
export type Routes = Record<string, Handler>;

/** The request is at fault. The message is for the person who reads the log. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
  readonly status: number;

  constructor(status: 400 | 403 | 413 | 415, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * By events, because iterating costs a tenth of all the time that one of Twilio's status callbacks takes.
 *
 * @throws BadRequest for a body over the limit, or one too many of the large ones
 */
export function readBody(request: IncomingMessage): Promise<string> {
  // It waited while we started, and has broken off.
  if (request.errored) return Promise.reject(request.errored);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let size = 0;
  let counted = 0;
  const take = (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size <= SMALL_BODY_BYTES) return;
    largeBodiesBytes += size - counted;
    counted = size;
    if (size > MAX_BODY_BYTES) refuse("the body is too large");
    else if (largeBodiesBytes > LARGE_BODIES_BYTES) refuse("too many large bodies at once");
  };
  // A sender who is refused in the middle still gets an answer.
  const refuse = (why: string) => {
    request.off("data", take).pause();
    reject(new BadRequest(413, why));
  };
  request
    .on("data", take)
    .once("end", () => resolve(Buffer.concat(chunks).toString("utf8")))
    .once("error", reject);
  return promise.finally(() => {
    largeBodiesBytes -= counted;
  });
}

export function answer(response: ServerResponse, status: number, body = "", type = "text/plain"): void {
  if (response.headersSent) return;
  response.writeHead(status, { "content-type": `${type}; charset=utf-8`, "cache-control": "no-store" });
  response.end(body);
}

const LISTEN_FAILURES: Record<string, (address: Address) => string> = {
  EADDRINUSE: ({ port }) =>
    `Port ${port} is taken by another program. Stop that one, or set PORT to another number.`,
  EADDRNOTAVAIL: ({ host }) =>
    `${host} is no address of this machine. Set HOST to one that is, such as 127.0.0.1, or leave it out.`,
  EACCES: ({ port }) =>
    `This user may not open port ${port}. Set PORT to a number above 1023, and put a web server in front.`,
};

/** A request that comes too early waits this long, then is told to come again: a start may wait for the database. */
const HOLD_MS = 10_000;

/** Of web/index.ts, whose other routes have nothing to say before the start is over. */
const ALIVE = "/healthz";

/** Without a host, every address that the machine has. */
type Address = { port: number; host?: string | undefined };

export type Listening = {
  server: Server;
  port: number;
  /** From now on requests are answered; those that came sooner have waited. */
  serve(routes: Routes): void;
  /** Until then the process is said to live, and all else is turned away at once, with this reason. */
  standBy(why: string): void;
};

/**
 * Opens the port, which takes a fraction of the time that loading the rest takes. So a request that comes while
 * a new version starts waits a moment, and is not turned away.
 *
 * @throws Error in plain words where the port is taken, or the address is not this machine's
 */
export async function listen(
  { port, host }: Address,
  log: Log,
  clock: Clock = systemClock,
): Promise<Listening> {
  type Served = { routes: Routes; otherwise?: string };
  const coming = Promise.withResolvers<Served>();
  let served: Served | undefined;
  const begin = (what: Served) => {
    served = what;
    coming.resolve(what);
  };
  // Node looks for slow ones only every 30 s, unless told otherwise.
  const server = createServer(
    { connectionsCheckingInterval: 1_000 },
    (request, response) => void handle(request, response),
  );
  // Slack and Twilio send a whole request at once: a slow sender is neither of them.
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    // While the server closes, a connection that is kept alive would go on bringing requests.
    response.once("finish", () => !server.listening && request.socket.end());
    try {
      const { routes, otherwise } = served ??
        (await Promise.race([coming.promise, pause(clock, HOLD_MS)])) ?? {
          routes: {},
          otherwise: "starting",
        };
      const handler = routes[`${request.method} ${path}`];
      if (handler) await handler(request, response);
      else if (otherwise !== undefined) answer(response, 503, `${otherwise}\n`);
      else answer(response, Object.keys(routes).some((route) => route.endsWith(` ${path}`)) ? 405 : 404);
    } catch (error) {
      const isBrokenOff = request.errored !== null && !(error instanceof BadRequest);
      const refusal = isBrokenOff ? new BadRequest(400, "broken off") : error;
      if (refusal instanceof BadRequest) {
        log.warn({ path, status: refusal.status, why: refusal.message }, "a request was refused");
        // What is left of a body that is too large is not read.
        if (refusal.status === 413) response.setHeader("connection", "close");
        answer(response, refusal.status);
      } else {
        log.error({ path, err: error }, "a request failed");
        answer(response, 503);
      }
    }
  }

  await new Promise<void>((done, failed) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      failed(
        new Error(LISTEN_FAILURES[error.code ?? ""]?.({ port, host }) ?? error.message, { cause: error }),
      ),
    );
    server.listen({ port, host }, done);
  });
  const address = server.address();
  return {
    server,
    port: typeof address === "object" && address ? address.port : port,
    serve: (routes) => begin({ routes }),
    standBy: (why) =>
      begin({ routes: { [`GET ${ALIVE}`]: (_, response) => answer(response, 200, "ok\n") }, otherwise: why }),
  };
}
