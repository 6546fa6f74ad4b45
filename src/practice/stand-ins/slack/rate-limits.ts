import type { WebApi } from "./web-api.ts";

/** Counts calls by method, and for messages by channel, in a window that moves along. */
export function createRateLimits(now: () => Date): WebApi["limit"] {
  const passed = new Map<string, number[]>();
  return (name, { rate }, args) => {
    const key = name === "chat.postMessage" ? `${name} ${String(args.channel)}` : name;
    const time = now().getTime();
    const recent = (passed.get(key) ?? []).filter((at) => time - at < rate.seconds * 1000);
    const [oldest = time] = recent;
    if (recent.length >= rate.calls) return Math.ceil(rate.seconds - (time - oldest) / 1000);
    passed.set(key, [...recent, time]);
    return undefined;
  };
}
