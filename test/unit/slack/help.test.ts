// What Headgate says of its use.
import { expect, test } from "vitest";
import { describeUse } from "../../../src/slack/help/help.ts";

test("the help names every button that somebody of the board may meet, and who may be asked", () => {
  const help = describeUse({ role: "operator" }, ["U0ANA"]);
  const buttons = [
    ...["Review", "Send", "Send me a test", "Edit", "Discard", "Stop", "Try again", "Resend", "Halted"],
    "Resume",
  ];
  expect(buttons.filter((button) => !help.includes(`*${button}*`))).toEqual([]);
  expect(help.split("\n").filter((line) => line === "")).toEqual([]);
  expect(help).toContain("Who may send is up to the admins: <@U0ANA>.");
  expect(describeUse({ role: "operator" }, [])).not.toContain("admins");
});
