// From /alert to the modal, which Slack has when views.open arrives.
import { z } from "zod";
import { fillBoard, fillMembers } from "../fill.ts";
import { startHeadgate } from "../headgate.ts";
import { interleave } from "../interleave.ts";
import { cpuOf, startHelper } from "../processes.ts";
import { startProvider } from "../provider/start.ts";
import type { Row } from "../row.ts";
import { ROUNDS, size } from "../settings.ts";
import { type BenchSlack, commandForm, startSlack } from "../slack.ts";
import { percentile } from "../statistics.ts";

const GOAL = 2;
/** This many board members take turns, because each may press at most sixty times a minute. */
const BOARD = 50;

export const modal: Row = async ({ postgres, files }) => {
  const members = size(1_000_000, 50_000);
  const presses = size(500, 100);
  const databaseUrl = await postgres.create();
  const users = await postgres.prepare(databaseUrl, async (db) => {
    await fillMembers(db, members);
    return fillBoard(db, BOARD);
  });
  await postgres.settle();
  const slack = await startSlack();
  const provider = await startProvider(files, 0);

  const measured = await interleave(
    {
      nothing: async () => {
        const server = await startHelper("runs/bolt-floor.ts", {}, z.object({ port: z.number() }));
        const figures = await press(slack, server, { port: server.ready.port, opens: false });
        await server.kill();
        return figures;
      },
      headgate: async () => {
        const headgate = await startHeadgate({ databaseUrl, slack, provider, files });
        const figures = await press(slack, headgate, { port: headgate.port, opens: true });
        await headgate.stop();
        return figures;
      },
    },
    ROUNDS,
  );
  await slack.stop();
  await provider.stop();
  await postgres.drop(databaseUrl);

  async function press(
    { send, next }: BenchSlack,
    { pid }: { pid: number },
    { port, opens }: { port: number; opens: boolean },
  ) {
    const answers: number[] = [];
    const modals: number[] = [];
    let cpuBefore = 0;
    for (let n = 0; n < BOARD + presses; n++) {
      // Everybody's first press asks Slack who that is, and warms the program.
      if (n === BOARD) cpuBefore = await cpuOf(pid);
      const opened = opens ? next("views.open") : undefined;
      const pressedAt = performance.now();
      const answeredAt = await send(port, commandForm("/alert", users[n % BOARD] ?? ""));
      const openedAt = (await opened) ?? answeredAt;
      if (n < BOARD) continue;
      answers.push(answeredAt - pressedAt);
      modals.push(openedAt - pressedAt);
    }
    return {
      answerP99: percentile(answers, 0.99),
      modalP50: percentile(modals, 0.5),
      modalP99: percentile(modals, 0.99),
      cpuMs: ((await cpuOf(pid)) - cpuBefore) / presses,
    };
  }

  const ratio = measured.ratio(["headgate", "modalP99"], ["nothing", "modalP99"]);
  const answer = measured.ratio(["headgate", "answerP99"], ["nothing", "answerP99"]);
  const ms = (name: "headgate" | "nothing", figure: "answerP99" | "modalP50" | "modalP99") =>
    measured.of(name, figure).toFixed(1);
  return [
    {
      what: `/alert to modal at ${members} members, p99`,
      against: "a Bolt listener that does nothing",
      goal: `<= ${GOAL}`,
      measured: `${ratio.toFixed(2)} (${ms("headgate", "modalP99")} against ${ms("nothing", "modalP99")} ms; median ${ms("headgate", "modalP50")} against ${ms("nothing", "modalP50")} ms)`,
      cpu: `${measured.of("headgate", "cpuMs").toFixed(1)} against ${measured.of("nothing", "cpuMs").toFixed(1)} ms each`,
      met: ratio <= GOAL,
    },
    {
      what: "/alert to Slack's answer, p99",
      against: "the same",
      goal: "",
      measured: `${answer.toFixed(2)} (${ms("headgate", "answerP99")} against ${ms("nothing", "answerP99")} ms)`,
    },
  ];
};
