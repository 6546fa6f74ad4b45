// What the owner of the account has set: where texts to its number go, and the words that opt out and in.
import { newSid } from "../messages.ts";

/** Of a number, or of the TwiML App that it hands its texts to. */
export type TextSettings = { smsUrl: string; smsMethod: string };

/** Advanced Opt-Out: the owner's own words, for all of them. */
type OptOutWords = { stop: readonly string[]; start: readonly string[]; help: readonly string[] };

export type AccountSettings = ReturnType<typeof createSettings>;

export function createSettings(from: string) {
  const number: TextSettings & { sid: string; number: string; smsApplicationSid: string | null } = {
    sid: newSid("PN"),
    number: from,
    smsUrl: "",
    smsMethod: "POST",
    /** Outranks the number's own address. */
    smsApplicationSid: null,
  };
  const service: {
    inboundRequestUrl: string | null;
    inboundMethod: string;
    useInboundWebhookOnNumber: boolean;
  } = { inboundRequestUrl: null, inboundMethod: "POST", useInboundWebhookOnNumber: false };
  const applications = new Map<string, TextSettings>();
  const optOutWords: { advanced: OptOutWords | undefined } = { advanced: undefined };

  return {
    number,
    /** The Messaging Service that the number belongs to. */
    service,
    applications,
    optOutWords,
    addApplication(settings: TextSettings): string {
      const sid = newSid("AP");
      applications.set(sid, settings);
      return sid;
    },
    /** Where a text to the number is brought: the service decides, unless it leaves that to the number. */
    inboundUrl(): string | undefined {
      if (!service.useInboundWebhookOnNumber) return service.inboundRequestUrl ?? undefined;
      const { smsApplicationSid, smsUrl } = number;
      const url = smsApplicationSid === null ? smsUrl : applications.get(smsApplicationSid)?.smsUrl;
      return url || undefined;
    },
  };
}
