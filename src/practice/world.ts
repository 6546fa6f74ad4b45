// The made-up world around the app: the stand-ins and the page, on one port of this machine.
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import manifest from "../slack/manifest.json" with { type: "json" };
import { showSheet } from "../web/sheet.ts";
import { newList, newListName } from "./co-op/new-list.ts";
import {
  board,
  channels,
  cooperative,
  members,
  natures,
  optedOut,
  sender,
  slackPeople,
  timeZone,
} from "./co-op/people.ts";
import { sendJson } from "./stand-ins/http.ts";
import { createStandInSlack, type StandInSlack } from "./stand-ins/slack/slack.ts";
import { createPhonesPage, type Owner } from "./stand-ins/twilio/page-api.ts";
import {
  createStandInTwilio,
  type StandInTwilio,
  type StandInTwilioOptions,
} from "./stand-ins/twilio/twilio.ts";
import { createTroublePage } from "./trouble/page-api.ts";
import { createTroubles, type Troubles } from "./trouble/troubles.ts";

export type World = {
  url: string;
  /** Twilio's second host, for its Messaging Service. */
  messagingUrl: string;
  slack: StandInSlack;
  twilio: StandInTwilio;
  /** What goes wrong there. */
  troubles: Troubles;
  /** From now on the wall of phones says whom the app leaves out, and why. */
  askWhoIsLeftOut(ask: () => Promise<ReadonlyMap<string, string>>): void;
  /** As servers do after a minute or so, when it is not to be waited for. */
  closeIdleConnections(): void;
  close(): Promise<void>;
};

export type WorldOptions = {
  /** 0 takes any free one. */
  port: number;
  slack?: Partial<Parameters<typeof createStandInSlack>[0]>;
  twilio?: Partial<StandInTwilioOptions>;
};

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

const contentTypes: Record<string, string> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** The page's files: names without a dot before the last one, so that nothing outside the folder can be named. */
const servePage: Handler = async (request, response) => {
  const path = /^\/(\?|$)/.test(request.url ?? "") ? "/page/index.html" : (request.url ?? "");
  const [, name, extension = ""] = /^\/page\/((?:[a-z]+\/)?[a-z][a-z0-9-]*\.([a-z]+))$/.exec(path) ?? [];
  const contentType = contentTypes[extension];
  if (request.method !== "GET" || name === undefined || contentType === undefined) return false;
  const content = await readFile(new URL(`./page/${name}`, import.meta.url)).catch(() => undefined);
  if (content === undefined) return false;
  response
    .writeHead(200, {
      "content-type": contentType,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "content-security-policy":
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
    })
    .end(content);
  return true;
};

/** A list to be imported, which a person downloads and drops into Slack as they would their own. */
const serveList: Handler = async ({ method, url }, response) => {
  if (method !== "GET" || url !== `/practice/${newListName}`) return false;
  const headers = { "content-type": "text/csv; charset=utf-8", "cache-control": "no-store" };
  response
    .writeHead(200, { ...headers, "content-disposition": `attachment; filename="${newListName}"` })
    .end(newList());
  return true;
};

/** What the live app serves too. */
const serveSheet: Handler = async (request, response) => {
  if (request.method !== "GET" || request.url !== "/sheet") return false;
  await showSheet(request, response);
  return true;
};

/** Where the invented co-op is: the page has one clock, whatever time the computer's is. */
const servePlace: Handler = async ({ method, url }, response) => {
  if (method !== "GET" || url !== "/practice/place") return false;
  sendJson(response, 200, { timeZone });
  return true;
};

/** The page's event stream: a message `slack`, `phones` or `trouble` says what to fetch again. */
function createEvents() {
  const pages = new Set<ServerResponse>();
  const waiting = new Map<string, NodeJS.Timeout>();
  const serve: Handler = async (request, response) => {
    if (request.url !== "/practice/events") return false;
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(": practice\n\n");
    pages.add(response);
    response.on("close", () => pages.delete(response));
    return true;
  };
  return {
    serve,
    /** Says it once for all changes of a moment. */
    announce(subject: "slack" | "phones" | "trouble"): void {
      if (waiting.has(subject)) return;
      const tell = () => {
        waiting.delete(subject);
        for (const page of pages) page.write(`data: ${subject}\n\n`);
      };
      waiting.set(subject, setTimeout(tell, 100));
    },
    close(): void {
      for (const timer of waiting.values()) clearTimeout(timer);
    },
  };
}

/** Only this machine's own pages may ask. Otherwise another site could come in under a name of its own. */
function isOurs({ headers }: IncomingMessage): boolean {
  const ours = (host: string | undefined) => /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host ?? "");
  return ours(headers.host) && (headers.origin === undefined || headers.origin === `http://${headers.host}`);
}

/** As `gateways/twilio/` writes it. */
const sendingOf = (statusCallback: string) => new URL(statusCallback).searchParams.get("sending");

const owners: Owner[] = [
  ...members
    .filter(({ phone }) => phone !== "")
    .map(({ phone, name, zone }) => ({ phone, name, group: zone })),
  ...board.flatMap(({ userId, phone }) => {
    const name = slackPeople.find(({ id }) => id === userId)?.realName ?? userId;
    return phone === null ? [] : [{ phone, name, group: "The board" }];
  }),
];

const phones = [...new Set(owners.map(({ phone }) => phone))].map((number) => ({
  number,
  nature: natures.get(number) ?? ("mobile" as const),
  optedOut: optedOut.includes(number),
}));

export async function startWorld({ port, ...options }: WorldOptions): Promise<World> {
  const slack = createStandInSlack({
    people: slackPeople,
    channels: [channels.board, channels.general],
    teamName: cooperative,
    manifest,
    ...options.slack,
  });
  const twilio = createStandInTwilio({ from: sender, phones, ...options.twilio });
  let askWhoIsLeftOut: Parameters<World["askWhoIsLeftOut"]>[0] | undefined;
  const troubles = createTroubles({ slack, twilio });
  const events = createEvents();
  troubles.onChange(() => events.announce("trouble"));
  slack.onChange(() => events.announce("slack"));
  twilio.onChange(() => events.announce("phones"));
  const handlers: Handler[] = [
    twilio.handle,
    slack.handle,
    createPhonesPage(twilio, { owners, togetherBy: sendingOf, leftOut: () => askWhoIsLeftOut?.() }),
    createTroublePage(troubles),
    events.serve,
    servePlace,
    serveList,
    serveSheet,
    servePage,
  ];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isOurs(request)) {
      response.writeHead(403).end("The practice world is only for this machine.");
      return;
    }
    for (const handle of handlers) if (await handle(request, response)) return;
    response.writeHead(404).end("There is nothing here.");
  }

  /** Also those on which nothing has ever come: Node doesn't call them idle. */
  const idle = new Set<Socket>();
  const server = createServer((request, response) => {
    const { socket } = request;
    idle.delete(socket);
    response.once("close", () => socket.destroyed || idle.add(socket));
    answer(request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return; // the caller has gone
      console.error("The practice world failed to answer:", error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.on("connection", (socket) => {
    idle.add(socket);
    socket.once("close", () => idle.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = `Port ${port} is taken by another program. Stop that program, or choose another port: PORT=${port + 1} npm run practice`;
      reject(error.code === "EADDRINUSE" ? new Error(taken) : error);
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  const messaging = createServer((request, response) => {
    const answered = isOurs(request) ? twilio.handleMessaging(request, response) : Promise.resolve(false);
    void answered.then((isDone) => isDone || response.writeHead(404).end());
  });
  await new Promise<void>((listening) => messaging.listen(0, "127.0.0.1", listening));
  const messagingAddress = messaging.address();
  const messagingUrl = `http://localhost:${typeof messagingAddress === "object" && messagingAddress?.port}`;
  const address = server.address();
  const url = `http://localhost:${typeof address === "object" && address ? address.port : port}`;
  slack.setPublicUrl(url);

  return {
    url,
    messagingUrl,
    slack,
    twilio,
    troubles,
    askWhoIsLeftOut(ask) {
      askWhoIsLeftOut = ask;
    },
    closeIdleConnections() {
      for (const socket of idle) socket.destroy();
    },
    async close() {
      troubles.close();
      events.close();
      await twilio.close();
      for (const each of [messaging, server]) {
        each.closeAllConnections();
        await new Promise((resolve) => each.close(resolve));
      }
    },
  };
}
