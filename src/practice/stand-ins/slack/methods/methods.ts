// The Web API methods that the stand-in knows. https://docs.slack.dev/reference/methods
import { chatMethods } from "./chat.ts";
import { conversationMethods } from "./conversations.ts";
import { fileMethods } from "./files.ts";
import type { Method } from "./method.ts";
import { peopleMethods } from "./people.ts";
import { viewMethods } from "./views.ts";

/** By name: `chat.postMessage` and so on. */
export const methods: Record<string, Method> = {
  ...peopleMethods,
  ...conversationMethods,
  ...viewMethods,
  ...chatMethods,
  ...fileMethods,
};
