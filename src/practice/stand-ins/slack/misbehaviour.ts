// What can go wrong between the app and Slack, brought about on purpose.

export type Failure =
  | { error: string }
  | { status: number }
  /** 429, to be tried again after so many seconds. */
  | { rateLimited: number }
  /** No answer, ever. */
  | "hang"
  /** The connection breaks before Slack did anything. */
  | "drop"
  /** Slack did it, and the connection breaks before the answer. */
  | "dropReply";

export type Misbehaviour = ReturnType<typeof createMisbehaviour>;

export function createMisbehaviour() {
  const planned = new Map<string, Failure[]>();
  return {
    /** While true, every request to Slack breaks off. */
    down: false,
    /** The next calls of a method (`*`: of any) fail like this. */
    failNext(method: string, failure: Failure, times = 1): void {
      const more = Array.from({ length: times }, () => failure);
      planned.set(method, [...(planned.get(method) ?? []), ...more]);
    },
    take(method: string): Failure | undefined {
      if (this.down) return "drop";
      return planned.get(method)?.shift() ?? planned.get("*")?.shift();
    },
  };
}
