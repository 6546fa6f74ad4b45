// What can go wrong between a workspace and its app, for trying out: each switch is a state of the workspace.
import { make } from "./dom.js";

/** `turn(what, channelId, on)` is what a press on a switch does. */
export function createSwitches(turn) {
  const place = document.querySelector(".switches");
  let channelId;
  const createSwitch = (what) => {
    const box = make("input", { type: "checkbox", onchange: () => turn(what, channelId, box.checked) });
    const words = make("span");
    place.append(make("label", {}, box, words));
    return (text, isOn) => {
      words.textContent = text;
      box.checked = isOn;
    };
  };
  const [installed, inside, archived, editable] = ["installed", "inside", "archived", "editable"].map(
    createSwitch,
  );

  /** `channel`: the one that the switches are about. */
  return ({ app, channel, isInstalled, isEditable }) => {
    channelId = channel.id;
    installed(`${app.name} is installed`, isInstalled);
    inside(`${app.name} is in #${channel.name}`, channel.hasApp);
    archived(`#${channel.name} is archived`, channel.isArchived);
    editable("Messages can be changed later", isEditable);
  };
}
