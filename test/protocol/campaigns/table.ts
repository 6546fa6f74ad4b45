// Prints what `npm run faults` did, a row for each campaign.
import type { Reporter, TestCase } from "vitest/node";

export default class FaultTable implements Reporter {
  readonly #rows: string[][] = [];

  onTestCaseResult(testCase: TestCase): void {
    const did = testCase.meta().did;
    if (!did) return;
    // At once: the others may take hours yet.
    for (const error of testCase.result().errors ?? [])
      process.stdout.write(`${error.stack ?? error.message}\n`);
    const seconds = Math.round((testCase.diagnostic()?.duration ?? 0) / 1000);
    const violations = testCase.result().state === "passed" ? "0" : "FAILED";
    this.#rows.push([testCase.name, did.join(", "), violations, String(seconds)]);
  }

  onTestRunEnd(): void {
    const lines = [
      ["fault", "campaign", "violations", "seconds"],
      ["---", "---", "---", "---"],
      ...this.#rows,
    ];
    process.stdout.write(`\n${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`);
  }
}
