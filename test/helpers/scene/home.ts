import type { StandInSlack } from "../../../src/practice/stand-ins/slack/slack.ts";
import { buttonOf, textOf } from "./blocks.ts";

/** What somebody does at the app's Home, and finds behind the lightning. */
export function createHome(slack: StandInSlack, id: string, name: string) {
  const blocks = () => {
    const home = slack.home(id);
    if (!home) throw new Error(`${name} has an empty Home: nothing was published.`);
    return home.content.blocks;
  };
  const pressesAtHome = (label: string, nth = 0) =>
    slack.click(id, { ...buttonOf(blocks(), label, nth), viewId: slack.home(id)?.id ?? "" });
  return {
    /** Opens the Home; what was published last stands there at once. */
    opensHome: () => slack.openApp(id),
    /** All that stands there now; undefined where nothing was ever published. */
    homeText: (): string | undefined => slack.home(id) && textOf(blocks()),
    /** Waits until the Home says this, and reads all of it. */
    seesAtHome: (words: string | RegExp): Promise<string> =>
      slack.until(() => {
        const text = slack.home(id) && textOf(blocks());
        return text?.match(typeof words === "string" ? RegExp.escape(words) : words) ? text : undefined;
      }, `${name} to see "${words}" at Home`),
    /** The nth button with this label. */
    pressesAtHome,
    /** By the callback id that the manifest says. */
    runsShortcut: (callbackId: string) => slack.runShortcut(id, callbackId),
  };
}
