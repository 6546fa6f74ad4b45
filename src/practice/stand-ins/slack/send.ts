// Slack's requests to the app: signed, and answered within three seconds or given up.
import { createHmac } from "node:crypto";
import type { InstalledApp } from "./manifest.ts";

/** Of the form of a real one, and known to everybody: it protects nothing. */
export const SIGNING_SECRET = "0123456789abcdef0123456789abcdef";

/** The value of the X-Slack-Signature header. https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function signSlack(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
}

/** A request exactly as it went out, so that it can go out again. */
export type SentRequest = { url: string; headers: Record<string, string>; body: string };

/** The app's answer, or why there was none. */
export type AppAnswer =
  | { status: number; contentType: string; body: string }
  | { status: null; reason: "operation_timeout" | "dispatch_failed"; body: "" };

const RETRY_REASONS = { operation_timeout: "http_timeout", dispatch_failed: "connection_failed" } as const;

export type Sender = ReturnType<typeof createSender>;

/** Slack tells an event again: almost at once, after one minute, after five. https://docs.slack.dev/apis/events-api */
const EVENT_RETRIES_MS = [100, 60_000, 300_000];

type SenderOptions = {
  now: () => Date;
  ackTimeout: number;
  app: InstalledApp;
  eventRetriesMs?: readonly number[] | undefined;
};

export function createSender(options: SenderOptions) {
  const { commands, interactivityPath, events } = options.app;
  const { eventRetriesMs = EVENT_RETRIES_MS } = options;
  let appUrl: string | undefined;
  const sent: SentRequest[] = [];
  const sentEvents: SentRequest[] = [];

  /** A command goes where the manifest says; what is pressed or submitted has one path for all. */
  const pathFor = (form: Record<string, string>): string =>
    commands.find(({ command }) => command === form.command)?.requestPath ?? interactivityPath;

  async function replay(request: SentRequest): Promise<AppAnswer> {
    try {
      const response = await fetch(request.url, {
        method: "POST",
        headers: request.headers,
        body: request.body,
        signal: AbortSignal.timeout(options.ackTimeout),
      });
      const contentType = response.headers.get("content-type") ?? "";
      return { status: response.status, contentType, body: await response.text() };
    } catch (error) {
      const isLate = error instanceof Error && error.name === "TimeoutError";
      return { status: null, reason: isLate ? "operation_timeout" : "dispatch_failed", body: "" };
    }
  }

  function sign(path: string, contentType: string, body: string): SentRequest {
    if (appUrl === undefined) throw new Error("The practice Slack is not connected to the app yet.");
    const timestamp = String(Math.floor(options.now().getTime() / 1000));
    return {
      url: appUrl + path,
      headers: {
        "content-type": contentType,
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": signSlack(SIGNING_SECRET, timestamp, body),
      },
      body,
    };
  }

  /** Until it is taken: an event that is answered late, or not with 200, is told again. */
  async function sendEvent(payload: object, attempt = 0, reason = ""): Promise<void> {
    if (appUrl === undefined) return;
    const request = sign(events.requestPath, "application/json", JSON.stringify(payload));
    if (attempt > 0) {
      request.headers["x-slack-retry-num"] = String(attempt);
      request.headers["x-slack-retry-reason"] = reason;
    }
    sentEvents.push(request);
    const answer = await replay(request);
    const wait = eventRetriesMs[attempt];
    if ((answer.status !== null && answer.status < 300) || wait === undefined) return;
    const why = answer.status !== null ? "http_error" : RETRY_REASONS[answer.reason];
    setTimeout(() => void sendEvent(payload, attempt + 1, why), wait).unref();
  }

  return {
    sent,
    sentEvents,
    sendEvent,
    replay,
    connect(url: string): void {
      appUrl = url.replace(/\/$/, "");
    },
    /** Sends a form as Slack does: url-encoded, and signed as exactly these bytes. */
    send(form: Record<string, string>, path = pathFor(form)): Promise<AppAnswer> {
      const body = new URLSearchParams(form).toString();
      const request = sign(path, "application/x-www-form-urlencoded", body);
      sent.push(request);
      return replay(request);
    },
  };
}
