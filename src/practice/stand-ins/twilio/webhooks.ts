// Twilio's requests to the app: signed forms, repeated as the URL's fragment says.

import twilio from "twilio";
import { Agent, request } from "undici";

type WebhookForm = Record<string, string>;

export type WebhookAnswer = {
  url: string;
  form: WebhookForm;
  signature: string;
  /** Of the last attempt: the HTTP status, or why there was none. */
  status: number | "no connection" | "timed out" | "not on this machine";
  body: string;
  attempts: number;
};

export type WebhookSender = {
  send(url: string, form: WebhookForm): Promise<WebhookAnswer>;
  /** Sends exactly the same bytes once more. */
  repeat(answer: WebhookAnswer): Promise<WebhookAnswer>;
  close(): Promise<void>;
};

type Outcome = Pick<WebhookAnswer, "status" | "body">;

const isLoopback = (hostname: string) => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);

/** Connection overrides: twilio.com/docs/usage/webhooks/webhooks-connection-overrides */
function retryRule(fragment: string) {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ""));
  const policies = (parameters.get("rp") ?? "ct").split(",");
  const has = (policy: string) => policies.includes("all") || policies.includes(policy);
  return {
    count: Math.min(Number(parameters.get("rc") ?? 1), 5),
    timeout: Math.min(Number(parameters.get("rt") ?? 15_000), 15_000),
    again({ status }: Outcome): boolean {
      if (status === "not on this machine") return false;
      if (status === "no connection") return has("ct");
      if (status === "timed out") return has("rt");
      return (status >= 500 && has("5xx")) || (status >= 400 && status < 500 && has("4xx"));
    },
  };
}

/**
 * @param options.via where the requests really go, as through a reverse proxy; what is signed stays the public URL
 * @param options.retryDelay milliseconds before another attempt
 */
export function createWebhookSender(options: {
  authToken: string;
  via: () => string | undefined;
  retryDelay: () => number;
}): WebhookSender {
  const agent = new Agent({ connections: 25 });
  let closed = false;

  async function attempt(url: URL, form: WebhookForm, signature: string, timeout: number): Promise<Outcome> {
    const target = new URL(url.pathname + url.search, options.via() ?? url.origin);
    if (!isLoopback(target.hostname)) return { status: "not on this machine", body: "" };
    const deadline = AbortSignal.timeout(timeout);
    try {
      const response = await request(target, {
        dispatcher: agent,
        method: "POST",
        signal: deadline,
        headers: {
          host: url.host,
          "x-forwarded-proto": url.protocol.slice(0, -1),
          "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
          "user-agent": "TwilioProxy/1.1",
          "x-twilio-signature": signature,
        },
        body: new URLSearchParams(form).toString(),
      });
      return { status: response.statusCode, body: await response.body.text() };
    } catch {
      return { status: deadline.aborted ? "timed out" : "no connection", body: "" };
    }
  }

  async function deliver(url: string, form: WebhookForm, signature: string): Promise<WebhookAnswer> {
    const parsed = new URL(url);
    const rule = retryRule(parsed.hash);
    for (let attempts = 1; ; attempts++) {
      const outcome = await attempt(parsed, form, signature, rule.timeout);
      if (attempts > rule.count || closed || !rule.again(outcome)) {
        return { url, form, signature, attempts, ...outcome };
      }
      const delay = options.retryDelay();
      if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }

  return {
    send(url, form) {
      const signature = twilio.getExpectedTwilioSignature(options.authToken, url.replace(/#.*$/, ""), form);
      return deliver(url, form, signature);
    },
    repeat: ({ url, form, signature }) => deliver(url, form, signature),
    async close() {
      closed = true;
      await agent.destroy();
    },
  };
}
