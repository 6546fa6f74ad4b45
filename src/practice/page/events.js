// What has changed in the practice world. A browser allows six connections to one host over all its tabs, so the
// page's scripts share one stream.
const stream = new EventSource("/practice/events");

/** Fetches again at each news of one of these subjects, and after the connection was lost. */
export function onNews(subjects, refresh) {
  stream.addEventListener("message", ({ data }) => {
    if (subjects.includes(data)) refresh();
  });
  stream.addEventListener("open", refresh);
}
