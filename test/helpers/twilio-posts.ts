import twilio from "twilio";

type Form = Record<string, string | string[]>;

/** What Twilio would sign and send, also such as it never would. @returns the HTTP status */
export async function postAsTwilio(
  app: { port: number },
  authToken: string,
  path: string,
  form: Form,
  overrides: { signature?: string; contentType?: string; body?: string } = {},
): Promise<number> {
  const url = `http://localhost:${app.port}${path}`;
  const pairs = Object.entries(form).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  );
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": overrides.contentType ?? "application/x-www-form-urlencoded",
      "x-twilio-signature": overrides.signature ?? twilio.getExpectedTwilioSignature(authToken, url, form),
    },
    body: overrides.body ?? new URLSearchParams(pairs).toString(),
  });
  await response.arrayBuffer();
  return response.status;
}

export const newMessageSid = (): string => `SM${crypto.randomUUID().replaceAll("-", "")}`;
