// Follows documents while they are converted, by server-sent events.

/**
 * Calls `show` with every change of the documents `ids` until all of them are
 * readable or refused. Returns a function that ends it.
 */
export function watch(ids, show) {
  const source = new EventSource(`/api/documents/events?ids=${ids.join(",")}`);
  source.addEventListener("document", (event) => show(JSON.parse(event.data)));
  // Without this the browser would ask again for what is over.
  source.addEventListener("settled", () => source.close());
  return () => source.close();
}

function showRow(row, now) {
  row.dataset.state = now.state;
  const label = row.querySelector("[data-label]");
  label.textContent = now.label;
  label.className = `state state-${now.state}`;
  const progress = row.querySelector("[data-progress]");
  progress.hidden = now.state !== "converting" || now.page_count === 0;
  progress.max = now.page_count || 1;
  progress.value = now.pages_ready;
  const message = row.querySelector("[data-message]");
  message.textContent = now.message;
  message.hidden = !now.message;
  row.querySelector("[data-retry]").hidden = !now.may_retry;
  const empty = row.querySelector(".cover-none");
  if (empty && now.cover_url) {
    const image = new Image();
    image.alt = "";
    image.src = now.cover_url;
    empty.replaceWith(image);
  }
}

const rows = new Map();
const busy = '[data-document]:is([data-state="converting"], [data-state="checking"])';
for (const row of document.querySelectorAll(busy)) {
  rows.set(Number(row.dataset.document), row);
}
if (rows.size > 0) {
  watch([...rows.keys()], (now) => {
    const row = rows.get(now.id);
    // What was found, and what to do about it, comes with the page.
    if (row && now.state === "held") location.reload();
    else if (row) showRow(row, now);
  });
}
