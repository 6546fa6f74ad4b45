// Why a zone was not changed, in words. Pure.
import { plural } from "../../../text/words.ts";
import type { ZoneRefusal } from "../../../zones/change.ts";
import { MAX_ZONE_NAME, MAX_ZONES } from "../../../zones/zones.ts";

const UNCHANGED = "Nothing was changed by you.";

/** @param first who was faster, in a sentence */
export function zoneRefusal(refusal: ZoneRefusal, first: string): string {
  switch (refusal.refused) {
    case "no name":
      return "Write a name that can be read.";
    case "too long":
      return `A zone's name has at most ${MAX_ZONE_NAME} characters.`;
    case "taken":
      return "There is a zone with this name already. Capitals and spaces don't make another.";
    case "too many":
      return `There are ${MAX_ZONES} zones, and no more fit into the form in which an alert is written. Merge some first.`;
    case "same zone":
      return "A zone can't be merged into itself. Choose another.";
    case "changed":
      return `One of these zones was changed meanwhile. ${first} ${UNCHANGED} Look at it as it is now, and decide again.`;
    case "not there":
      return `This zone is not there any more. ${first} ${UNCHANGED}`;
    case "has members":
      return `It was not removed: ${plural(refusal.members, "member")} ${refusal.members === 1 ? "is" : "are"} in it by now. Merge it, or move them first.`;
    case "busy":
      return `An alert that was just sent is still being made ready, and goes to the zones as they are. ${UNCHANGED} Try again in a minute.`;
  }
}
