// What takes longest begins first, so that nobody waits for it alone at the end.
import { BaseSequencer, type TestSpecification } from "vitest/node";

const LONGEST = ["protocol/saboteurs", "protocol/simulation", "browser/", "story/provider-answers", "story/"];

const rank = ({ moduleId }: TestSpecification) => {
  const found = LONGEST.findIndex((part) => moduleId.includes(`/test/${part}`));
  return found < 0 ? LONGEST.length : found;
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}
