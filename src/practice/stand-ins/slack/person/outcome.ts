import type { AppAnswer } from "../send.ts";
import type { Workspace } from "../workspace.ts";

/** What the person sees besides changed messages and modals. */
export type Outcome = {
  /** Slack's own words where the app did not answer as it must. */
  failure: string | undefined;
  /** What stands under the fields, by block id. */
  errors: Record<string, string>;
  /** The app's answer; undefined where Slack did not ask it. */
  answer: AppAnswer | undefined;
};

export const outcome = (part: Partial<Outcome> = {}): Outcome => ({
  failure: undefined,
  errors: {},
  answer: undefined,
  ...part,
});

/** Of an app that is not installed here any more, Slack has nobody to ask. */
export const isUninstalled = ({ conditions }: Workspace): boolean => conditions.tokenError !== undefined;

export const MODAL_FAILURE = "We had some trouble connecting. Try again?";
export const ARCHIVED = "This channel is archived: nobody can write in it.";
export const NO_HOME = "This app has no Home tab.";
export const NO_MESSAGES = "Sending messages to this app has been turned off.";
export const NO_OPTIONS = "Something went wrong while loading options.";
export const BUTTON_FAILURE = "Oh no, something went wrong. Please try that again.";
