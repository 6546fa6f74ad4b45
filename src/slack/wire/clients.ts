// Our clients of Slack's Web API.
import { type Logger, LogLevel, WebClient, type WebClientOptions } from "@slack/web-api";
import type { Log } from "../../log.ts";

export type SlackAccess = { botToken: string; apiUrl: string };

export type Clients = {
  /** For what a person waits for: one try, answered or failed before the trigger expires. */
  interactive: WebClient;
  /** For what may come a little later, and is tried again by a job. */
  background: WebClient;
};

/** A call to Slack that nobody waits for is over by then. */
export const BACKGROUND_TIMEOUT_MS = 10_000;

/**
 * No post shows what is behind a link: to do that, Slack would open links that members sent, and others' pictures
 * would stand in Headgate's name.
 */
class QuietClient extends WebClient {
  override apiCall(method: string, options: Record<string, unknown> = {}) {
    const isPost = method === "chat.postMessage";
    return super.apiCall(method, { ...options, ...(isPost && { unfurl_links: false, unfurl_media: false }) });
  }
}

/**
 * Two, because a call that is rate limited holds up all others of its client. Neither retries: a call
 * whose answer got lost would post twice.
 *
 * @param onDate told the Date header of each answer
 */
export function createClients(
  { botToken, apiUrl }: SlackAccess,
  log: Log,
  onDate?: (date: string | null) => void,
): Clients {
  const options: WebClientOptions = {
    fetch: async (...request) => {
      const response = await fetch(...request);
      onDate?.(response.headers.get("date"));
      return response;
    },
    slackApiUrl: apiUrl.endsWith("/") ? apiUrl : `${apiUrl}/`,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger: slackLogger(log),
  };
  return {
    interactive: new QuietClient(botToken, { ...options, timeout: 2_500 }),
    background: new QuietClient(botToken, { ...options, timeout: BACKGROUND_TIMEOUT_MS }),
  };
}

/** Slack's packages write whole payloads at their finer levels; only warnings and errors are kept, scrubbed. */
export function slackLogger(log: Log): Logger {
  const write =
    (level: "warn" | "error") =>
    (...words: unknown[]) =>
      log[level](
        { err: words.find((word) => word instanceof Error) ?? words.map(String).join(" ") },
        "slack",
      );
  return {
    debug: () => {},
    info: () => {},
    warn: write("warn"),
    error: write("error"),
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  };
}
