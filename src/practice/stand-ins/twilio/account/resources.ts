// The numbers, TwiML Apps and Messaging Service of the account, as Twilio's two hosts tell of them.
import type { AccountSettings, TextSettings } from "./settings.ts";

type Account = {
  accountSid: string;
  messagingServiceSid: string;
  from: string;
  settings: AccountSettings;
};

const textJson = ({ smsUrl, smsMethod }: TextSettings) => ({ sms_url: smsUrl, sms_method: smsMethod });

/** Below /2010-04-01/Accounts/{sid}/ on api.twilio.com. @returns undefined for what is not there */
export function accountResource(
  { accountSid, settings, from }: Account,
  { pathname, searchParams }: URL,
): object | undefined {
  const [, kind, sid] = /\/Accounts\/[^/]+\/(\w+)(?:\/(\w+))?\.json$/.exec(pathname) ?? [];
  const { number, applications } = settings;
  const numberJson = {
    sid: number.sid,
    account_sid: accountSid,
    phone_number: from,
    ...textJson(number),
    sms_application_sid: number.smsApplicationSid,
  };
  if (kind === "IncomingPhoneNumbers" && sid === undefined) {
    const wanted = searchParams.get("PhoneNumber");
    const found = wanted === null || wanted === from ? [numberJson] : [];
    return { incoming_phone_numbers: found, page: 0, page_size: 50, next_page_uri: null, uri: pathname };
  }
  if (kind === "IncomingPhoneNumbers") return sid === number.sid ? numberJson : undefined;
  const application = kind === "Applications" && sid !== undefined ? applications.get(sid) : undefined;
  return application && { sid, account_sid: accountSid, ...textJson(application) };
}

/** On messaging.twilio.com. @returns undefined for what is not there */
export function messagingResource(
  { accountSid, messagingServiceSid, settings, from }: Account,
  { pathname }: URL,
): object | undefined {
  const [, sid, list] = /^\/v1\/Services\/(\w+)(?:\/(\w+))?$/.exec(pathname) ?? [];
  if (sid !== messagingServiceSid) return undefined;
  const { service, number } = settings;
  if (list === undefined) {
    return {
      sid,
      account_sid: accountSid,
      inbound_request_url: service.inboundRequestUrl,
      inbound_method: service.inboundMethod,
      use_inbound_webhook_on_number: service.useInboundWebhookOnNumber,
    };
  }
  const page = (key: string, items: object[]) => ({
    [key]: items,
    meta: { key, page: 0, page_size: 50, url: pathname, first_page_url: pathname, next_page_url: null },
  });
  if (list === "PhoneNumbers") {
    return page("phone_numbers", [{ sid: number.sid, service_sid: sid, phone_number: from }]);
  }
  return list === "ShortCodes" ? page("short_codes", []) : undefined;
}
