// What the wall of phones asks for.
import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { parseJson, readBody, sendJson } from "../http.ts";
import type { Phone, PhoneText } from "./phones.ts";
import type { StandInTwilio } from "./twilio.ts";

/** Whose phone it is, as the wall names it, and the group that it stands in there. */
export type Owner = { phone: string; name: string; group: string };

/** What whoever shows the wall knows beside Twilio. */
export type WallOptions = {
  owners: readonly Owner[];
  /** The same for all texts that were sent together, told by where their callbacks go. */
  togetherBy: (statusCallback: string) => string | null;
  /** Phones that the app leaves out, and why; undefined where there is no app to ask. */
  leftOut: () => Promise<ReadonlyMap<string, string>> | undefined;
};

const OPTED_OUT = "opted out";
const replyForm = z.object({ phone: z.string().regex(/^\+\d{8,15}$/), body: z.string().min(1).max(1600) });

export function createPhonesPage(
  twilio: StandInTwilio,
  { owners, togetherBy, leftOut }: WallOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  const ownersOf = Map.groupBy(owners, ({ phone }) => phone);

  const named = ({ number, nature, optedOut }: Phone, why: ReadonlyMap<string, string> | undefined) => {
    const household = ownersOf.get(number) ?? [];
    const names = household.map(({ name }) => name);
    const reason = why ? (why.get(number) ?? null) : optedOut ? OPTED_OUT : null;
    return { number, nature, leftOut: reason, names, group: household[0]?.group ?? "Other phones" };
  };

  const togetherWith = ({ sid }: PhoneText): string => {
    const { statusCallback } = twilio.message(sid) ?? {};
    return (statusCallback && togetherBy(statusCallback)) ?? sid;
  };

  /** What went out last, and how many phones have it: the same text in two sendings is counted for the last. */
  function latestText(phones: Phone[]) {
    const fromApp = phones.flatMap(({ texts }) => texts.filter(({ by }) => by === "app"));
    const latest = fromApp.reduce<PhoneText | undefined>(
      (newest, text) => (newest && newest.at > text.at ? newest : text),
      undefined,
    );
    if (latest === undefined) return null;
    const together = togetherWith(latest);
    const has = ({ texts }: Phone) =>
      texts.some((text) => text.by === "app" && togetherWith(text) === together);
    return { body: latest.body, phones: phones.filter(has).length };
  }

  async function wall() {
    const why = await leftOut();
    const phones = twilio.phones.all();
    const tiles = phones.map((phone) => ({
      ...named(phone, why),
      count: phone.texts.length,
      newest: phone.texts.at(-1) ?? null,
    }));
    return { latest: latestText(phones), phones: tiles };
  }

  async function open(number: string, response: ServerResponse): Promise<void> {
    const phone = twilio.phones.all().find((phone) => phone.number === number);
    if (phone) sendJson(response, 200, { ...named(phone, await leftOut()), texts: phone.texts });
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
    if (method === "GET" && url === "/practice/phones") sendJson(response, 200, await wall());
    else if (method === "GET" && number !== undefined) await open(number, response);
    else if (method === "POST" && url === "/practice/phones/reply") await reply(request, response);
    else return false;
    return true;
  };
}
