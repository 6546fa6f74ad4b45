// What the board can do in Slack: one line for each command, button and modal, and who may.
import type { createCompose } from "./alert/compose.ts";
import type { createDecide } from "./alert/decide.ts";
import type { createSendTest } from "./alert/test.ts";
import type { createAlertLog } from "./log/log.ts";
import type { Listener } from "./wire/guard.ts";

export type Handlers = {
  compose: ReturnType<typeof createCompose>;
  decide: ReturnType<typeof createDecide>;
  test: ReturnType<typeof createSendTest>;
  alertLog: ReturnType<typeof createAlertLog>;
};

export function listListeners({ compose, decide, test, alertLog }: Handlers): Listener[] {
  return [
    { on: "command", name: "/alert", role: "operator", run: compose.command },
    { on: "submission", name: "compose", role: "operator", run: compose.submit },
    { on: "action", name: "edit", role: "operator", run: compose.edit },
    { on: "action", name: "send-test", role: "operator", run: test.press },
    { on: "submission", name: "own-phone", role: "operator", run: test.submitPhone },
    { on: "action", name: "discard", role: "operator", run: decide.discard },
    { on: "action", name: "confirm", role: "operator", run: decide.confirm },
    { on: "action", name: "stop", role: "operator", run: decide.stop },
    { on: "action", name: "resume", role: "operator", run: decide.resume },
    { on: "action", name: "resend-unknown", role: "operator", run: decide.resendUnknown },
    { on: "action", name: "resend-unreached", role: "operator", run: decide.resendUnreached },
    { on: "command", name: "/alert-log", role: "admin", run: alertLog.command },
    { on: "action", name: "log-newest", role: "admin", run: alertLog.newest },
    { on: "action", name: "log-older", role: "admin", run: alertLog.older },
    { on: "action", name: "log-details", role: "admin", run: alertLog.details },
    { on: "action", name: "details-first", role: "admin", run: alertLog.detailsPage },
    { on: "action", name: "details-next", role: "admin", run: alertLog.detailsPage },
    { on: "action", name: "log-export", role: "admin", run: alertLog.export },
  ];
}
