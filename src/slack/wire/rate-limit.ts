/** Far more than a nervous hand presses, far less than a program does. */
const PRESSES = 60;
const WINDOW_MS = 60_000;

export type RateVerdict = "fine" | "too fast" | "still too fast";

/** Counts what each person asks for. In each window, the first request over the limit has a verdict of its own. */
export function createRateLimit(most = PRESSES, monotonic: () => number = () => performance.now()) {
  const windows = new Map<string, { since: number; count: number }>();

  return (userId: string): RateVerdict => {
    const now = monotonic();
    const known = windows.get(userId);
    const window = known && now - known.since < WINDOW_MS ? known : { since: now, count: 0 };
    windows.set(userId, window);
    window.count++;
    if (window.count <= most) return "fine";
    return window.count === most + 1 ? "too fast" : "still too fast";
  };
}
