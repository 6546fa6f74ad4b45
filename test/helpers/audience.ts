// Whom the invented co-op's zones reach, counted from its list by hand: a second opinion on the app's.
import { members, optedOut } from "../../src/practice/co-op/people.ts";

/** @param without phones that have since been found unusable, or opted out besides those who had before */
export function audienceOf(
  zones: readonly string[],
  without: { unusable?: readonly string[]; optedOut?: readonly string[] } = {},
) {
  const stopped = new Set([...optedOut, ...(without.optedOut ?? [])]);
  const unusable = new Set(without.unusable);
  const here = members.filter(({ zone }) => zones.includes(zone));
  const withPhone = here.filter(({ phone }) => phone !== "");
  const reached = withPhone.filter(({ phone }) => !stopped.has(phone) && !unusable.has(phone));
  const phones = [...new Set(reached.map(({ phone }) => phone))];
  return {
    reached: reached.length,
    phones,
    noMobile: here.length - withPhone.length,
    optedOut: withPhone.filter(({ phone }) => stopped.has(phone)).length,
    unusable: withPhone.filter(({ phone }) => unusable.has(phone) && !stopped.has(phone)).length,
    shared: reached.length - phones.length,
  };
}
