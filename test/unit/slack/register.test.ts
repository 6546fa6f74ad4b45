import { expect, test } from "vitest";
import { readIds } from "../../../src/slack/wire/register.ts";

test.each([
  ["12", [12]],
  ["12:0:345", [12, 0, 345]],
  ["999999999", [999_999_999]],
  // More than the database can count to, or none of ours.
  ["9999999999", [0]],
  ["x12", [0]],
  ["12x:-1:1.5", [0, 0, 0]],
  ["newest", [0]],
  [undefined, [0]],
])("a button's value %s is about %j", (value, ids) => expect(readIds(value)).toEqual(ids));
