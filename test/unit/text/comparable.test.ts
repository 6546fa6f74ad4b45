import { expect, test } from "vitest";
import { comparable } from "../../../src/text/comparable.ts";

test.each([
  ["Boil your water.", "boil  your WATER"],
  ["Boil your water", "“Boil” your – water!!!"],
  ["Boil your water ⚠️", "Boil your water"],
  ["Señora, no agua", "SEN\u0303ORA: ¡no agua!"],
  ["Boil\nyour water", "Boil your water\n"],
  ["ＢＯＩＬ your water", "boil your water"],
  ["⚠️ 🚱", "⚠️🚱"],
])("%j says the same as %j", (one, other) => {
  expect(comparable(one)).toBe(comparable(other));
});

test.each([
  ["Boil your water", "Boil your waters"],
  ["Off from 8", "Off from 9"],
  ["🚱", "⚠️"],
])("%j does not say the same as %j", (one, other) => {
  expect(comparable(one)).not.toBe(comparable(other));
});
