// Twilio's REST API for messages, as far as the official client uses it.
import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { inJson, readBody, sendJson } from "../http.ts";
import type { Respond } from "../misbehaviour.ts";
import { accountResource, messagingResource } from "./account/resources.ts";
import type { AccountSettings } from "./account/settings.ts";
import { type Account, type CreateRequest, parseCreate, refuseCreate, type Sender } from "./create.ts";
import { type Refusal, refusal, refusalBody } from "./errors.ts";
import { type Message, type MessageStore, messageJson } from "./messages.ts";
import type { Asked, Kind } from "./misbehaviour.ts";
import type { Phones } from "./phones.ts";

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

const path = /^\/2010-04-01\/Accounts\/([^/]+)\/Messages(?:\/([^/]+))?\.json$/;

/** https://www.twilio.com/docs/iam/api/account#fetch-an-account-resource */
const accountPath = /^\/2010-04-01\/Accounts\/([^/]+)\.json$/;

export function createApi(world: {
  accountSid: string;
  authToken: string;
  messagingServiceSid: string;
  from: string;
  settings: AccountSettings;
  sender: Sender;
  account: Account;
  phones: Phones;
  messages: MessageStore;
  respond: Respond<Kind, Asked>;
  now: () => Date;
  /** Every request to create, also those that are refused. */
  asked: (request: CreateRequest) => void;
  /** The number, where one is looked for, of every question about messages. */
  lookedFor: (to: string | null) => void;
  accept: (request: CreateRequest) => Message;
  cancel: (message: Message) => void;
}): Record<"handle" | "handleMessaging", Handle> {
  const { accountSid, messages } = world;
  const credentials = `Basic ${Buffer.from(`${accountSid}:${world.authToken}`).toString("base64")}`;
  const inWords = (refused: Refusal) => inJson(refused.status, refusalBody(refused));
  const refuse = (response: ServerResponse, refused: Refusal) =>
    sendJson(response, refused.status, refusalBody(refused));

  async function create(form: URLSearchParams, response: ServerResponse): Promise<void> {
    const request = parseCreate(form);
    world.asked(request);
    const { to, body } = request;
    await world.respond(response, "create", { to, body, sid: null }, ({ listedAfter }) => {
      const refused = refuseCreate(request, world);
      if (refused) return inWords(refused);
      const message = world.accept(request);
      message.listed = listedAfter === undefined;
      void listedAfter?.then(() => {
        message.listed = true;
      });
      return inJson(201, messageJson(accountSid, message));
    });
  }

  async function look(sid: string | null, query: URLSearchParams, response: ServerResponse): Promise<void> {
    const asked = { to: query.get("To"), body: "", sid };
    world.lookedFor(asked.to);
    await world.respond(response, "look", asked, () => {
      if (sid === null) return inJson(200, messages.list(query));
      const message = messages.get(sid);
      return message ? inJson(200, messageJson(accountSid, message)) : inWords(refusal(20404));
    });
  }

  async function lookAtAccount(response: ServerResponse): Promise<void> {
    await world.respond(response, "account", { to: null, body: "", sid: null }, () =>
      inJson(200, { sid: accountSid, friendly_name: "Practice", status: "active", type: "Full" }),
    );
  }

  function update(sid: string, form: URLSearchParams, response: ServerResponse): void {
    const message = messages.get(sid);
    if (!message) refuse(response, refusal(20404));
    else if (form.get("Status") !== "canceled") refuse(response, refusal(20001));
    else if (message.status !== "accepted" && message.status !== "queued") refuse(response, refusal(30409));
    else {
      world.cancel(message);
      sendJson(response, 200, messageJson(accountSid, message));
    }
  }

  const isOurs = ({ headers }: IncomingMessage) => sameText(headers.authorization ?? "", credentials);
  const tell = (response: ServerResponse, resource: object | undefined) =>
    world.respond(response, "look", { to: null, body: "", sid: null }, () =>
      resource ? inJson(200, resource) : inWords(refusal(20404)),
    );

  /** messaging.twilio.com */
  const handleMessaging: Handle = async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (!url.pathname.startsWith("/v1/Services")) return false;
    if (!isOurs(request)) refuse(response, refusal(20003));
    else if (request.method !== "GET") refuse(response, { ...refusal(20001), status: 405 });
    else await tell(response, messagingResource(world, url));
    return true;
  };

  /** api.twilio.com */
  const handle: Handle = async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (!url.pathname.startsWith("/2010-04-01/")) return false;
    response.setHeader("date", world.now().toUTCString());
    const body = (await readBody(request)).toString("utf8");
    const [, own] = accountPath.exec(url.pathname) ?? [];
    const [, account = own, sid = null] = path.exec(url.pathname) ?? [];
    const isAccounts = url.pathname.startsWith(`/2010-04-01/Accounts/${accountSid}/`);
    if (!isOurs(request)) refuse(response, refusal(20003));
    else if (account === undefined && isAccounts && request.method === "GET")
      await tell(response, accountResource(world, url));
    else if (account !== accountSid) refuse(response, refusal(20404));
    else if (request.method === "GET" && own !== undefined) await lookAtAccount(response);
    else if (own !== undefined) refuse(response, { ...refusal(20001), status: 405 });
    else if (request.method === "GET") await look(sid, url.searchParams, response);
    else if (request.method !== "POST") refuse(response, { ...refusal(20001), status: 405 });
    else if (sid === null) await create(new URLSearchParams(body), response);
    else update(sid, new URLSearchParams(body), response);
    return true;
  };

  return { handle, handleMessaging };
}
