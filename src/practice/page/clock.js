// One clock for everything on the page: the co-op's own, whatever time the computer's is.
const { timeZone } = await (await fetch("/practice/place")).json();

export const format = (at, options) =>
  new Intl.DateTimeFormat("en-US", { timeZone, ...options }).format(new Date(at));

export const clock = (at) => format(at, { hour: "numeric", minute: "2-digit" });

/** The same for all of a day, and in their order. */
export const dayOf = (at) =>
  new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }).format(new Date(at));

export function relativeDay(at) {
  const days = (Date.parse(dayOf(Date.now())) - Date.parse(dayOf(at))) / 86_400_000;
  return { [-1]: "tomorrow", 0: "today", 1: "yesterday" }[days];
}

export const longDate = { weekday: "long", month: "long", day: "numeric", year: "numeric" };
