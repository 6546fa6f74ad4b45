// What the page's "What can go wrong" asks for and does.
import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { parseJson, readBody, sendJson } from "../stand-ins/http.ts";
import { findTrouble, offered, troubleNames } from "./table.ts";
import { scopeForm, type Troubles } from "./troubles.ts";

const turnForm = z.object({ name: z.string(), on: z.boolean(), scope: scopeForm.prefault({}) });

/** @returns false where the path is not one of these */
export function createTroublePage(
  troubles: Troubles,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  function shown(name: string) {
    const { says = name, hint } = findTrouble(name) ?? {};
    return { name, says, hint, isOn: troubles.isOn(name), endsAt: troubles.endsAt(name) };
  }

  /** Those that the page offers, and any other that is on. */
  function list() {
    const onesOffered = Object.keys(offered);
    const others = new Set([...troubleNames, ...troubles.playing()]).difference(new Set(onesOffered));
    return [...onesOffered, ...[...others].filter(troubles.isOn)].map(shown);
  }

  async function turn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = turnForm.safeParse(parseJson((await readBody(request)).toString("utf8")));
    if (!form.success) return sendJson(response, 400, { failure: "That can't be played." });
    const { name, on, scope } = form.data;
    if (findTrouble(name) === undefined) {
      const names = troubleNames.join(", ");
      const failure = `There is nothing named "${name}" that can go wrong. What there is: ${names}; and twilio-21614 or slack-token_revoked for any code of Twilio's or error of Slack's.`;
      return sendJson(response, 404, { failure });
    }
    if (on) troubles.begin(name, scope);
    else troubles.end(name);
    sendJson(response, 200, { failure: undefined });
  }

  return async function handle(request, response) {
    if (request.url !== "/practice/trouble") return false;
    if (request.method === "POST") await turn(request, response);
    else sendJson(response, 200, list(), { "cache-control": "no-store" });
    return true;
  };
}
