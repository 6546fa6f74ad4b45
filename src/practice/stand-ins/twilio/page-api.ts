// What the wall of phones asks for.
import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { parseJson, readBody, sendJson } from "../http.ts";
import type { Phone, PhoneText } from "./phones.ts";
import type { StandInTwilio } from "./twilio.ts";

/** Whose phone it is, as the wall names it, and the group that it stands in there. */
export type Owner = { phone: string; name: string; group: string };

const replyForm = z.object({ phone: z.string().regex(/^\+\d{8,15}$/), body: z.string().min(1).max(1600) });

export function createPhonesPage(
  twilio: StandInTwilio,
  owners: readonly Owner[],
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  const ownersOf = Map.groupBy(owners, ({ phone }) => phone);

  const named = ({ number, nature, optedOut }: Phone) => {
    const household = ownersOf.get(number) ?? [];
    const names = household.map(({ name }) => name);
    return { number, nature, optedOut, names, group: household[0]?.group ?? "Other phones" };
  };

  /** The text that went out last, and how many phones have it. */
  function latestText(phones: Phone[]) {
    const fromApp = phones.flatMap(({ texts }) => texts.filter(({ by }) => by === "app"));
    const latest = fromApp.reduce<PhoneText | undefined>(
      (newest, text) => (newest && newest.at > text.at ? newest : text),
      undefined,
    );
    const has = ({ texts }: Phone) => texts.some(({ by, body }) => by === "app" && body === latest?.body);
    return latest ? { body: latest.body, phones: phones.filter(has).length } : null;
  }

  function wall() {
    const phones = twilio.phones.all();
    const tiles = phones.map((phone) => ({
      ...named(phone),
      count: phone.texts.length,
      newest: phone.texts.at(-1) ?? null,
    }));
    return { latest: latestText(phones), phones: tiles };
  }

  function open(number: string, response: ServerResponse): void {
    const phone = twilio.phones.all().find((phone) => phone.number === number);
    if (phone) sendJson(response, 200, { ...named(phone), texts: phone.texts });
    else sendJson(response, 404, { error: "Nobody has that phone." });
  }

  async function reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = replyForm.safeParse(parseJson((await readBody(request)).toString("utf8")));
    if (!form.success) {
      sendJson(response, 400, { error: "A reply needs a phone and a text of 1 to 1,600 characters." });
      return;
    }
    const { answer } = await twilio.reply(form.data.phone, form.data.body);
    const status = answer?.status;
    const heard = typeof status === "number" && status < 300;
    sendJson(response, 200, { heard });
  }

  return async function handle(request, response) {
    const { method, url = "" } = request;
    const [, number] = /^\/practice\/phones\/(\+\d+)$/.exec(url) ?? [];
    if (method === "GET" && url === "/practice/phones") sendJson(response, 200, wall());
    else if (method === "GET" && number !== undefined) open(number, response);
    else if (method === "POST" && url === "/practice/phones/reply") await reply(request, response);
    else return false;
    return true;
  };
}
