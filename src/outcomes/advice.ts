// What many failures say about more than one phone, and what the board can do about it. Pure.
import type { Advice, GatewayWords } from "../gateways/gateway.ts";

/** How often a code of the gateway's was given. */
export type FailureCode = { code: string; count: number };

export function listAdvice(failures: readonly FailureCode[], { explain }: GatewayWords): string[] {
  const counts = new Map<Advice, number>();
  for (const { code, count } of failures.toSorted((a, b) => (a.code < b.code ? -1 : 1))) {
    const { advice } = explain(code);
    if (advice) counts.set(advice, (counts.get(advice) ?? 0) + count);
  }
  return [...counts].flatMap(([{ from, words }, count]) => (count >= from ? [words(count)] : []));
}
