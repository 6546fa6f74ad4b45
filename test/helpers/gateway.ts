import { onTestFinished } from "vitest";
import type { Gateway, GatewayWords } from "../../src/gateways/gateway.ts";
import { explainCode } from "../../src/gateways/twilio/codes.ts";
import { createTwilioGateway, type TwilioOptions } from "../../src/gateways/twilio/gateway.ts";
import type { World } from "../../src/practice/world.ts";

/** What is told of it, without one. */
export const twilioWords: GatewayWords = { name: "twilio", title: "Twilio", explain: explainCode };

/** A gateway of the test's own to the stand-in Twilio, closed when the test ends. */
export function openGateway(
  { url, twilio }: Pick<World, "url" | "twilio">,
  more: Partial<TwilioOptions> = {},
): Gateway {
  const gateway = createTwilioGateway({
    ...twilio,
    sender: { from: twilio.from },
    apiUrl: url,
    publicUrl: "http://localhost:1",
    connections: 4,
    ...more,
  });
  onTestFinished(gateway.close);
  return gateway;
}
