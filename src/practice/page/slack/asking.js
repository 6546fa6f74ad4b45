// What the page asks the practice Slack, and what it has it do.

export const NO_ANSWER = "The practice world does not answer. Is it still running?";

export async function request(path, init) {
  const response = await fetch(`/practice/slack/${path}`, init);
  if (!response.ok) throw new Error(`The practice world answered ${response.status}.`);
  return response.json();
}

const withoutAnswer = () => ({ failure: NO_ANSWER, errors: {} });

/** @returns what came of it, also where nobody answers */
export const post = (deed, body) =>
  request(deed, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  }).catch(withoutAnswer);

export const upload = (you, file) =>
  request(`upload?user=${encodeURIComponent(you)}&name=${encodeURIComponent(file.name)}`, {
    method: "POST",
    body: file,
  }).catch(withoutAnswer);
