import { expect, test } from "vitest";
import { toSetback } from "../../../src/deliveries/setbacks.ts";
import { GatewayError } from "../../../src/gateways/gateway.ts";

const delivery = {
  alertId: 1,
  position: 1,
  attempt: 1,
  phone: "+12065550101",
  errorCode: null,
  text: "Boil your water.",
  validity: 3600,
  isProbe: false,
};
const untrusted = new GatewayError("untrusted", "Twilio's certificate is not trusted (CERT_NOT_YET_VALID)");

test("whom is not trusted may be trusted in a moment; after five pauses a person is told why nothing goes out", () => {
  const after = (pauses: number) => toSetback(delivery, untrusted, { oddInARow: 0, pauseMs: 2_000, pauses });
  expect(after(5)).toMatchObject({ result: "not sent", againIn: 2, halt: undefined });
  expect(after(6)).toMatchObject({
    result: "not sent",
    halt: expect.stringMatching(/^The computer that Headgate runs on can't be sure.*reads along\.$/),
  });
});
