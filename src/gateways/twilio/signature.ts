// The lock on what Twilio posts: the form, its signature and our account.
import type { IncomingMessage } from "node:http";
import twilio from "twilio";
import { BadRequest, readBody } from "../../http.ts";

export type TwilioIdentity = {
  accountSid: string;
  /** Also the secondary one, while they are rotated: either may have signed. */
  authTokens: readonly string[];
  /** Twilio signs the address that it calls, which a proxy may hide from us. */
  publicUrl: string;
};

export type SignedForm = { query: URLSearchParams; fields: Record<string, string | string[]> };

const MAX_FIELDS = 200;

/**
 * How Twilio names its fields. It signs names and values joined without a mark between them: the end of a
 * value could otherwise be passed off as the name of another field.
 */
const FIELD_NAME = /^[A-Z][A-Za-z0-9]*$/;

/**
 * The form that Twilio posted.
 *
 * @throws BadRequest unless it is one, and carries Twilio's signature and our account
 */
export async function readSignedForm(
  request: IncomingMessage,
  identity: TwilioIdentity,
): Promise<SignedForm> {
  const type = request.headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") throw new BadRequest(415, "not a form");
  const signature = request.headers["x-twilio-signature"];
  if (typeof signature !== "string") throw new BadRequest(403, "no signature");

  const form = new URLSearchParams(await readBody(request));
  if (form.size > MAX_FIELDS) throw new BadRequest(400, "too many fields");
  // A repeated field is an array, because it is signed as one.
  const fields: SignedForm["fields"] = {};
  for (const name of new Set(form.keys())) {
    if (!FIELD_NAME.test(name)) throw new BadRequest(400, "a field that is none of Twilio's");
    const values = form.getAll(name);
    fields[name] = values.length === 1 ? (values[0] ?? "") : values;
  }

  const url = identity.publicUrl + request.url;
  const isSigned = identity.authTokens.some((token) => twilio.validateRequest(token, signature, url, fields));
  if (!isSigned) throw new BadRequest(403, "wrong signature");
  if (fields.AccountSid !== identity.accountSid) throw new BadRequest(403, "another account");
  const { search, searchParams } = new URL(url);
  // Twilio's own check also accepts a query that is spelled in another way than the one that was signed.
  if (search !== "" && search !== `?${searchParams}`) throw new BadRequest(400, "a query spelled oddly");
  return { query: searchParams, fields };
}
