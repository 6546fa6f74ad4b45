// Which of Twilio's answers say for certain that a text was not taken.
import { expect, onTestFinished, test } from "vitest";
import { inJson } from "../../../src/practice/stand-ins/http.ts";
import { startWorld } from "../../../src/practice/world.ts";
import { openGateway } from "../../helpers/gateway.ts";

const text = { to: "+12065550101", body: "Boil your water.", kind: "other" } as const;

const meaning = {
  // Said about a request, or by something on the way: the text may have been taken before.
  ambiguous: [408, 409, 425, 499, 500, 502, 503, 504],
  "not sent": [429],
  unexplained: [400, 422],
  account: [403, 404],
};
const answers = Object.entries(meaning).flatMap(([fault, statuses]) =>
  statuses.map((status) => ({ status, fault })),
);

test.each(answers)("$status, and no code of Twilio's: $fault", async ({ status, fault }) => {
  const world = await startWorld({ port: 0 });
  onTestFinished(world.close);
  const answer = inJson(status, { status, message: "no" });
  world.twilio.misbehave({ create: () => ({ accepts: false, answer }) });
  await expect(openGateway(world).send(text)).rejects.toMatchObject({ explanation: { fault } });
});
