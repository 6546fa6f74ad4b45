// The provider, in memory: what it accepted stands in its ledger, whatever it answered.
import type { Clock } from "../../../src/clock.ts";
import type { DeliveryStatus } from "../../../src/db/schema.ts";
import {
  type Gateway,
  GatewayError,
  type GatewayFault,
  type GatewayMessage,
  type OutgoingText,
  REQUEST_SECONDS,
  type StatusCallback,
} from "../../../src/gateways/gateway.ts";
import { explainCode, NO_PROPER_ANSWER, TOO_LATE } from "../../../src/gateways/twilio/codes.ts";
import { twilioWords } from "../../helpers/gateway.ts";
import type { Chance, Faults } from "./plan.ts";
import type { Owner, Stage } from "./stage.ts";

const isFailure = (status: DeliveryStatus) => status === "undelivered" || status === "failed";
const LISTED_LATE_MS = 4 * 60_000;

const explained = (code: string) => ({ code, ...explainCode(code) });

export type DeliveryKey = NonNullable<OutgoingText["delivery"]>;

/** What left for the provider, accepted or not. */
type Request = { at: number; to: string; delivery: DeliveryKey };

export type Message = GatewayMessage & {
  delivery: DeliveryKey;
  /** From then on lists show it. */
  listedAt: number;
};

export function createProvider({
  stage,
  chance,
  faults,
  deliver,
}: {
  stage: Stage;
  chance: Chance;
  faults: () => Partial<Faults>;
  /** Posts a callback to whoever listens. @returns whether it was taken */
  deliver: (callback: StatusCallback) => Promise<boolean>;
}) {
  const self: Owner = { name: "provider", isGone: false, stalledUntil: 0 };
  const requests: Request[] = [];
  const ledger: Message[] = [];
  const happens = (fault: keyof Faults) => chance.happens(faults()[fault] ?? 0);

  function accept(text: OutgoingText, delivery: DeliveryKey): Message {
    const message: Message = {
      sid: `SM${String(ledger.length + 1).padStart(32, "0")}`,
      status: "accepted",
      to: text.to,
      body: text.body,
      failure: null,
      price: null,
      createdAt: new Date(stage.now()),
      delivery,
      listedAt: stage.now() + (happens("listedLate") ? chance.between(0, LISTED_LATE_MS) : 0),
    };
    ledger.push(message);
    stage.say(`  accepted ${message.sid.slice(-3)} for ${told(delivery)}`);
    live(message);
    return message;
  }

  /** What becomes of it, each step told by a callback. */
  function live(message: Message): void {
    const isUndelivered = happens("undelivered");
    const last = isUndelivered ? chance.pick(["undelivered", "failed"] as const) : "delivered";
    const path: DeliveryStatus[] = happens("neverFinal") ? ["accepted", "sent"] : ["accepted", "sent", last];
    const proceed = ([status, ...rest]: DeliveryStatus[]) => {
      const isPriced = status === undefined;
      stage.after(
        self,
        chance.between(1, isPriced ? 60_000 : 4000),
        `${message.sid.slice(-3)} is ${status ?? "priced"}`,
        () => {
          if (isPriced) {
            message.price = 0.0083;
            return;
          }
          message.status = status;
          message.failure = isFailure(status) ? explained(chance.pick(["30003", "30006", "30008"])) : null;
          const { delivery, sid, failure } = message;
          report({ delivery, sid, status, word: status, failure });
          proceed(rest);
        },
      );
    };
    proceed(path);
  }

  function report(callback: StatusCallback): void {
    const times = happens("callbackLost") ? 0 : happens("callbackDoubled") ? 2 : 1;
    for (let n = 0; n < times; n++) post(callback, 4);
  }

  /** Comes again after a failure, as the address asks for. */
  function post(callback: StatusCallback, tries: number): void {
    const wait = happens("callbackLate") ? chance.between(0, 120_000) : 0;
    stage.after(self, wait, `callback: ${told(callback.delivery)} is ${callback.status}`, () => {
      void deliver(callback).then((isTaken) => {
        if (!isTaken && tries > 1) post(callback, tries - 1);
      });
    });
  }

  function pickFault() {
    const faulty = sendFaults.filter(happens);
    return faulty.length > 0 ? chance.pick(faulty) : "none";
  }

  /** One request, from a process that gives up after the time limit. */
  async function send(
    owner: Owner,
    clock: Clock,
    text: OutgoingText,
  ): Promise<Pick<GatewayMessage, "sid" | "status">> {
    const { delivery, leaveBy = Number.POSITIVE_INFINITY, onLeave } = text;
    if (!delivery) throw new Error("only deliveries are sent here");
    const fault = happens("account") ? "account" : pickFault();
    // Between the decision to send and the first byte a process may stall, as anywhere.
    await new Promise<void>((leaves) =>
      stage.soon(owner, `a request for ${told(delivery)} leaves: ${fault}`, leaves),
    );
    if (clock.monotonic() >= leaveBy) throw new GatewayError(TOO_LATE, "too late");
    if (fault !== "refusedBefore") {
      requests.push({ at: stage.now(), to: text.to, delivery });
      onLeave?.();
    }

    return new Promise((done, failed) => {
      const answer = (settle: () => void) =>
        stage.soon(owner, `answer for ${told(delivery)}`, () => {
          giveUp();
          settle();
        });
      const refuse = (kind: GatewayFault, code?: string) => {
        const explanation = { ...explainCode(code ?? ""), fault: kind };
        answer(() => failed(new GatewayError(explanation, fault, { code })));
      };
      const giveUp = clock.after(REQUEST_SECONDS * 1000, () =>
        failed(new GatewayError(NO_PROPER_ANSWER, "time-out")),
      );
      if (fault === "refusedBefore") return refuse("not sent");

      const travel = fault === "arrivesLate" ? chance.between(25_000, 90_000) : chance.between(1, 400);
      stage.after(self, travel, `request for ${told(delivery)} arrives`, () => {
        switch (fault) {
          case "timeOutBefore":
            return;
          case "busy":
            return refuse("not sent", "20429");
          case "number":
            return refuse("number", "21211");
          case "optedOut":
            return refuse("opted out", "21610");
          case "refused":
            return refuse("refused", "21612");
          case "destination":
            return refuse("destination", "21408");
          case "unexplained":
            return refuse("unexplained", "20400");
          case "account":
            return refuse("account", "20003");
          case "brokenBefore":
            return refuse("ambiguous", "503");
        }
        const { sid, status } = accept(text, delivery);
        if (fault === "brokenAfter") refuse("ambiguous", "500");
        else if (fault !== "timeOutAfter") answer(() => done({ sid, status }));
      });
    });
  }

  const asked = <T>(owner: Owner, label: string, look: () => T): Promise<T> =>
    stage.ask(owner, label, async () => {
      if (happens("cannotBeAsked")) throw new GatewayError(NO_PROPER_ANSWER, "answered 503", { code: "503" });
      return look();
    });

  return {
    requests,
    ledger,
    gateway: (owner: Owner, clock: Clock): Gateway => ({
      ...twilioWords,
      send: (text) => send(owner, clock, text),
      find: ({ to, within }) =>
        asked(owner, `asks for messages to ${to}`, () =>
          ledger
            .filter(
              ({ to: phone, createdAt, listedAt }) =>
                phone === to && stage.now() - createdAt.getTime() <= within * 1000 && listedAt <= stage.now(),
            )
            .map((message) => ({ ...message }))
            .reverse(),
        ),
      fetch: (sid) =>
        asked(owner, `asks about ${sid.slice(-3)}`, () => {
          const message = ledger.find((each) => each.sid === sid);
          if (!message) throw new GatewayError(explainCode("20404"), "no such message", { code: "20404" });
          return { ...message };
        }),
      check: async () => undefined,
      listInbound: async () => [],
      checkInbound: async () => [],
      findSent: async () => undefined,
      close: async () => {},
    }),
  };
}

const sendFaults = [
  "busy",
  "refusedBefore",
  "number",
  "optedOut",
  "refused",
  "unexplained",
  "destination",
  "brokenBefore",
  "brokenAfter",
  "timeOutBefore",
  "timeOutAfter",
  "arrivesLate",
] as const satisfies (keyof Faults)[];

export const told = ({ sendingId, position, attempt }: DeliveryKey): string =>
  `${sendingId}/${position} try ${attempt}`;
