/** What is behind a number, and so what becomes of a text to it. */
const natures = {
  mobile: { ends: "delivered" },
  landline: { ends: "undelivered", errorCode: 30006 },
  "switched off": { ends: "undelivered", errorCode: 30003 },
  "out of service": { ends: "undelivered", errorCode: 30005 },
  filtered: { ends: "undelivered", errorCode: 30007 },
  failing: { ends: "failed", errorCode: 30008 },
  /** Its carrier takes nothing from a sender that is not registered. */
  strict: { ends: "undelivered", errorCode: 30034 },
  /** Of a country that the account may not text, which shows only after the text was taken. */
  "not allowed": { ends: "failed", errorCode: 21408 },
  /** Gets its texts, but no carrier ever confirms one. */
  unconfirmed: { ends: "sent" },
  /** Known to Twilio as no mobile: refused at once. */
  "voice only": { ends: "delivered", refusal: 21614 },
} as const satisfies Record<string, NatureRule>;

export type Nature = keyof typeof natures;
type NatureRule = {
  ends: "sent" | "delivered" | "undelivered" | "failed";
  errorCode?: number;
  refusal?: number;
};

export const natureRule = (nature: Nature): NatureRule => natures[nature];

/** Before every text that arrives, as Twilio's trial accounts do it: no screenshot of one can mislead. */
export const PRACTICE_MARK = "PRACTICE - ";

/** `Twilio` for its own answers to STOP and the like. */
export type PhoneText = { sid: string; at: Date; by: "app" | "Twilio" | "phone"; body: string };

export type Phone = {
  readonly number: string;
  nature: Nature;
  /** Blocked at Twilio. The app has its own opinion. */
  optedOut: boolean;
  /** What its screen shows, oldest first. */
  readonly texts: PhoneText[];
};

export type Phones = {
  /** Every number has a phone; one not named before is a mobile. */
  get(number: string): Phone;
  all(): Phone[];
};

export function createPhones(
  start: readonly { number: string; nature?: Nature; optedOut?: boolean }[],
): Phones {
  const byNumber = new Map<string, Phone>();
  const add = ({ number, nature = "mobile", optedOut = false }: (typeof start)[number]): Phone => {
    const phone: Phone = { number, nature, optedOut, texts: [] };
    byNumber.set(number, phone);
    return phone;
  };
  start.forEach(add);
  return {
    get: (number) => byNumber.get(number) ?? add({ number }),
    all: () => [...byNumber.values()],
  };
}
