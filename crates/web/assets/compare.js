// Steps from difference to difference of a comparison: buttons, and the keys
// n and p (or j and k). Without it the rows lead to each other by links.
const bar = document.querySelector("[data-compare]");
if (bar) {
  const rows = [...document.querySelectorAll(".rows .row.differs")];
  // Words that belong together, and whole rows that stand in one text alone.
  const places = rows.flatMap((row) => {
    const marked = (side) => [...row.querySelectorAll(`.row-${side} :is(.swap, .other)`)];
    const here = marked("here");
    const there = marked("there");
    const swaps = (marks) => marks.filter((mark) => mark.matches(".swap"));
    const twins = swaps(there);
    const alone = there.filter((mark) => mark.matches(".other") && here.length === 0);
    return [
      ...here.map((mark) => [mark, twins[swaps(here).indexOf(mark)]].filter(Boolean)),
      ...alone.map((mark) => [mark]),
    ];
  });
  const output = bar.querySelector("output");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let at = -1;

  function go(step) {
    const next = at + step;
    if (next < 0 || next >= places.length) {
      document.querySelector(`.pager [rel="${step < 0 ? "prev" : "next"}"]`)?.click();
      return;
    }
    for (const mark of places[at] ?? []) mark.classList.remove("current");
    at = next;
    for (const mark of places[at]) mark.classList.add("current");
    places[at][0].scrollIntoView({
      block: "center",
      behavior: still.matches ? "instant" : "smooth",
    });
    output.textContent = bar.dataset.position
      .replace("{at}", at + 1)
      .replace("{count}", places.length);
  }

  for (const button of bar.querySelectorAll("[data-step]")) {
    button.hidden = places.length === 0;
    button.addEventListener("click", () => go(Number(button.dataset.step)));
  }
  const first = bar.querySelector("[data-first]");
  if (first) first.hidden = places.length > 0;
  // Where the address leads, the steps go on from.
  const target = document.querySelector(":target");
  if (target) {
    at = places.findIndex(([mark]) => target.contains(mark)) - 1;
    if (at < -1) at = -1;
  }

  const keys = bar.querySelector("[data-keys]");
  const shortcuts = keys.querySelector("[data-shortcuts]");
  keys.hidden = places.length === 0;
  shortcuts.checked = localStorage.getItem("reader-shortcuts") !== "off";
  shortcuts.addEventListener("change", () => {
    localStorage.setItem("reader-shortcuts", shortcuts.checked ? "on" : "off");
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping || !shortcuts.checked) return;
    const step = { n: 1, j: 1, p: -1, k: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    go(step);
  });
}
