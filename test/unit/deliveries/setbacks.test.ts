import { expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { createJudge, toSetback } from "../../../src/deliveries/setbacks.ts";
import { GatewayError } from "../../../src/gateways/gateway.ts";
import { UNREACHABLE, UNTRUSTED } from "../../../src/gateways/twilio/codes.ts";
import { createLog } from "../../../src/log.ts";

const delivery = {
  sendingId: 1,
  position: 1,
  attempt: 1,
  address: "+12065550101",
  code: null,
  kind: "service" as const,
  text: "Boil your water.",
  validity: 3600,
  isProbe: false,
};
const untrusted = new GatewayError(UNTRUSTED, "Twilio's certificate is not trusted (CERT_NOT_YET_VALID)");

test("whom is not trusted may be trusted in a moment; after five pauses a person is told why nothing goes out", () => {
  const after = (pauses: number) =>
    toSetback(delivery, untrusted, { title: "Twilio", oddInARow: 0, pauseMs: 2_000, pauses });
  expect(after(5)).toMatchObject({ result: "not sent", againIn: 2, halt: undefined });
  expect(after(6)).toMatchObject({
    result: "not sent",
    halt: expect.stringMatching(/^The computer that Headgate runs on can't be sure.*reads along\.$/),
  });
});

test("from the second pause on a person is told why texts wait", () => {
  const told = (error: GatewayError, pauses: number) =>
    toSetback(delivery, error, { title: "Twilio", oddInARow: 0, pauseMs: 2_000, pauses });
  const away = new GatewayError(UNREACHABLE, "Twilio can't be reached");
  expect(told(away, 1)).toMatchObject({ result: "not sent", delay: undefined });
  expect(told(away, 2)).toMatchObject({
    result: "not sent",
    delay:
      "Twilio can't be reached. If this lasts, have somebody look at the server's connection to the internet, " +
      "and at status.twilio.com.",
  });
  const busy = new GatewayError({ fault: "not sent", words: "busy", mayPass: true }, "429", { code: "429" });
  expect(told(busy, 2)).toMatchObject({ result: "not sent", delay: "Twilio asks to slow down." });
});

test("a delay that was told ends with the first text that is taken after the pause, and not within it", () => {
  let now = 0;
  const judge = createJudge({
    title: "Twilio",
    log: createLog("silent"),
    clock: { ...systemClock, monotonic: () => now },
    random: () => 0,
    onPause: () => {},
  });
  const busy = new GatewayError(UNREACHABLE, "Twilio can't be reached");
  const takes = () => judge.accepted(delivery, { sid: "SM1", status: "accepted" });
  judge.setback(delivery, busy);
  now += judge.pauseLeft();
  expect(judge.setback(delivery, busy)).toMatchObject({ delay: expect.any(String) });
  // It was under way when the pause began.
  expect(takes()).toMatchObject({ endsDelay: false });
  now += judge.pauseLeft();
  expect(takes()).toMatchObject({ endsDelay: true });
  expect(takes()).toMatchObject({ endsDelay: false });
});
