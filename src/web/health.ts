// For those who watch the server: /healthz says that the process lives, /readyz what the last check has found.
import { answer, type Handler } from "../http.ts";
import type { Found } from "../upkeep/check.ts";

export type HealthOptions = {
  /** The jobs that have not ended a round for this many milliseconds. */
  silentJobs: (milliseconds: number) => string[];
  /** What the check has found last; nothing before its first look. */
  lastCheck: () => Found | undefined;
};

/** Longer than an idle pause and the longest wait for a provider or Slack together. */
const SILENCE_MS = 90_000;

export function createHealth({ silentJobs, lastCheck }: HealthOptions): {
  isAlive: Handler;
  isReady: Handler;
} {
  return {
    isAlive: (_, response) => answer(response, 200, "ok\n"),
    // Asks nobody: whoever calls this often costs nothing.
    isReady: (_, response) => {
      const found = lastCheck();
      const problems = [
        ...silentJobs(SILENCE_MS).map((job) => `The job "${job}" does not come round.`),
        ...(found?.problems ?? ["Headgate has not looked yet whether all is well. Ask again in a minute."]),
      ];
      const lines = [
        ...(problems.length === 0 ? ["ready"] : problems),
        ...(found ? [...found.remarks, `Looked at ${found.at.toISOString()}.`] : []),
      ];
      answer(response, problems.length === 0 ? 200 : 503, `${lines.join("\n")}\n`);
    },
  };
}
