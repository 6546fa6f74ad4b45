// Twilio's REST API for messages, as far as the official client uses it.
import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody, sendJson } from "../http.ts";
import { type CreateRequest, parseCreate, refuseCreate, type Sender } from "./create.ts";
import { type Refusal, refusal, refusalBody } from "./errors.ts";
import { type Message, type MessageStore, messageJson } from "./messages.ts";
import { answerAs, behaviours, type Misbehaviour } from "./misbehaviour.ts";
import type { Phones } from "./phones.ts";

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const path = /^\/2010-04-01\/Accounts\/([^/]+)\/Messages(?:\/([^/]+))?\.json$/;

export function createApi(world: {
  accountSid: string;
  authToken: string;
  sender: Sender;
  phones: Phones;
  messages: MessageStore;
  misbehaviour: () => Misbehaviour;
  now: () => Date;
  /** Every request to create, also those that are refused. */
  asked: (request: CreateRequest) => void;
  accept: (request: CreateRequest) => Message;
  cancel: (message: Message) => void;
}): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  const { accountSid, messages } = world;
  const credentials = `Basic ${Buffer.from(`${accountSid}:${world.authToken}`).toString("base64")}`;
  const counts = { create: 0, look: 0 };
  const refuse = (response: ServerResponse, refused: Refusal) =>
    sendJson(response, refused.status, refusalBody(refused));

  async function create(form: URLSearchParams, response: ServerResponse): Promise<void> {
    const request = parseCreate(form);
    const n = ++counts.create;
    const behaviour =
      world.misbehaviour().create?.({ to: request.to, body: request.body, n }) ?? behaviours.ok;
    const { answer, listedAfter } = behaviour;
    world.asked(request);
    await behaviour.acceptAfter;
    // An answer that is bad for another reason comes without any check of the message.
    const refused = behaviour.accepts ? refuseCreate(request, world.sender, world.phones) : undefined;
    if (!behaviour.accepts || refused) {
      await behaviour.answerAfter;
      const shown = refused ?? refusal(20429);
      answerAs(answer, response, shown.status, refusalBody(shown));
      return;
    }
    const message = world.accept(request);
    const created = messageJson(accountSid, message);
    if (listedAfter) {
      message.listed = false;
      void listedAfter.then(() => {
        message.listed = true;
      });
    }
    await behaviour.answerAfter;
    answerAs(answer, response, 201, created);
  }

  async function look(sid: string | null, query: URLSearchParams, response: ServerResponse): Promise<void> {
    const n = ++counts.look;
    const { answer = "normal", answerAfter } =
      world.misbehaviour().look?.({ to: query.get("To"), sid, n }) ?? {};
    await answerAfter;
    const message = sid === null ? undefined : messages.get(sid);
    if (sid === null) answerAs(answer, response, 200, messages.list(query));
    else if (message) answerAs(answer, response, 200, messageJson(accountSid, message));
    else answerAs(answer, response, 404, refusalBody(refusal(20404)));
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

  return async function handle(request, response) {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (!url.pathname.startsWith("/2010-04-01/")) return false;
    response.setHeader("date", world.now().toUTCString());
    const body = (await readBody(request)).toString("utf8");
    const [, account, sid = null] = path.exec(url.pathname) ?? [];
    if (!sameText(request.headers.authorization ?? "", credentials)) refuse(response, refusal(20003));
    else if (account !== accountSid) refuse(response, refusal(20404));
    else if (request.method === "GET") await look(sid, url.searchParams, response);
    else if (request.method !== "POST") refuse(response, { ...refusal(20001), status: 405 });
    else if (sid === null) await create(new URLSearchParams(body), response);
    else update(sid, new URLSearchParams(body), response);
    return true;
  };
}
