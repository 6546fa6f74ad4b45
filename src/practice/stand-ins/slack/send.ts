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

export type Sender = ReturnType<typeof createSender>;

export function createSender(options: { now: () => Date; ackTimeout: number; app: InstalledApp }) {
  const { commands, interactivityPath } = options.app;
  let appUrl: string | undefined;
  const sent: SentRequest[] = [];

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

  return {
    sent,
    replay,
    connect(url: string): void {
      appUrl = url.replace(/\/$/, "");
    },
    /** Sends a form as Slack does: url-encoded, and signed as exactly these bytes. */
    send(form: Record<string, string>): Promise<AppAnswer> {
      if (appUrl === undefined) throw new Error("The practice Slack is not connected to the app yet.");
      const body = new URLSearchParams(form).toString();
      const timestamp = String(Math.floor(options.now().getTime() / 1000));
      const request = {
        url: appUrl + pathFor(form),
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
          "x-slack-request-timestamp": timestamp,
          "x-slack-signature": signSlack(SIGNING_SECRET, timestamp, body),
        },
        body,
      };
      sent.push(request);
      return replay(request);
    },
  };
}
