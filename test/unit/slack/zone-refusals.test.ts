// Why a zone was not changed, as an admin reads it.
import { expect, test } from "vitest";
import { zoneRefusal } from "../../../src/slack/lists/zones/refusals.ts";
import type { ZoneRefusal } from "../../../src/zones/change.ts";

const first = "Walt did that on Tuesday.";

test.each<[ZoneRefusal, string]>([
  [{ refused: "no name" }, "Write a name that can be read."],
  [{ refused: "too long" }, "A zone's name has at most 50 characters."],
  [{ refused: "taken" }, "There is a zone with this name already. Capitals and spaces don't make another."],
  [
    { refused: "too many" },
    "There are 99 zones, and no more fit into the form in which an alert is written. Merge some first.",
  ],
  [{ refused: "same zone" }, "A zone can't be merged into itself. Choose another."],
  [
    { refused: "changed" },
    `One of these zones was changed meanwhile. ${first} Nothing was changed by you. Look at it as it is now, and decide again.`,
  ],
  [{ refused: "not there" }, `This zone is not there any more. ${first} Nothing was changed by you.`],
  [
    { refused: "has members", members: 2 },
    "It was not removed: 2 members are in it by now. Merge it, or move them first.",
  ],
  [
    { refused: "busy" },
    "An alert that was just sent is still being made ready, and goes to the zones as they are. " +
      "Nothing was changed by you. Try again in a minute.",
  ],
])("%j", (refusal, words) => expect(zoneRefusal(refusal, first)).toBe(words));
