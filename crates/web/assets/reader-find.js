// Find in document: the server searches (it folds traditional and simplified,
// full and half width, and keeps to what may be read), here the hits are
// marked in the text layer and stepped through.
import { layerOf, onLayer } from "./reader-text.js";

const reader = document.getElementById("reader");
const words = JSON.parse(document.getElementById("reader-words").textContent);
const address = reader.dataset.address;
const bar = reader.querySelector(".find");
const form = bar.querySelector("form");
const input = form.elements.q;
const count = bar.querySelector("output");
const button = reader.querySelector("[data-do=find]");
const list = bar.querySelector(".find-list");

// {query, mode, hits: [{page, index}], marked: Map(page → promise of {element, marks})}
let found = null;
let at = -1;
let asked = 0;

async function search(query) {
  clear();
  query = query.trim();
  if (!query) return;
  const turn = ++asked;
  bar.classList.add("busy");
  let answer;
  try {
    const response = await fetch(`${address}/find?q=${encodeURIComponent(query)}`);
    if (!response.ok) throw new Error(response.status);
    answer = await response.json();
  } catch {
    if (turn === asked) count.textContent = words.find_failed;
    return;
  } finally {
    if (turn === asked) bar.classList.remove("busy");
  }
  if (turn !== asked) return;
  const hits = [];
  for (const { page, count } of answer.pages) {
    for (let index = 0; index < count; index++) hits.push({ page, index });
  }
  found = { query, mode: answer.mode, hits, marked: new Map() };
  fillList(answer.pages);
  for (const sheet of reader.querySelectorAll(".page:has(.text-layer)")) mark(Number(sheet.dataset.page));
  show();
}

function clear() {
  asked++;
  at = -1;
  found = null;
  fillList([]);
  for (const hit of reader.querySelectorAll(".text-layer mark")) {
    const parent = hit.parentNode;
    hit.replaceWith(...hit.childNodes);
    parent.normalize();
  }
  show();
}

// The first hits (the server sends a hundred) with what stands around them.
function fillList(pages) {
  const items = [];
  for (const { page, hits } of pages) {
    for (const { before, hit, after } of hits) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = `#page-${page}`;
      link.dataset.hit = items.length;
      const where = document.createElement("span");
      where.className = "soft";
      where.textContent = words.page.replace("{page}", page);
      const marked = document.createElement("mark");
      marked.textContent = hit;
      link.append(where, ` ${before}`, marked, after);
      item.append(link);
      items.push(item);
    }
  }
  list.querySelector("ol").replaceChildren(...items);
  list.hidden = !items.length;
}

list.addEventListener("click", (event) => {
  const link = event.target.closest("[data-hit]");
  if (!link) return;
  event.preventDefault();
  list.open = false;
  go(Number(link.dataset.hit));
});

function show() {
  const total = found?.hits.length ?? 0;
  const text = total ? words.find_position : words.find_none;
  count.textContent = found
    ? text.replace("{at}", at < 0 ? "–" : at + 1).replace("{total}", total)
    : "";
  for (const step of bar.querySelectorAll("[data-step]")) step.disabled = !total;
}

// Marks the hits of one page; resolves to its text layer's element and its
// marks, an array for each hit.
function mark(page) {
  const search = found;
  if (!search?.hits.some((hit) => hit.page === page)) return Promise.resolve(nothing);
  if (!search.marked.has(page)) {
    search.marked.set(page, marksOf(search, page).catch(() => nothing));
  }
  return search.marked.get(page);
}
const nothing = { element: null, marks: [] };

async function marksOf(search, page) {
  const query = new URLSearchParams({ q: search.query, page, mode: search.mode });
  const [layer, response] = await Promise.all([layerOf(page), fetch(`${address}/find?${query}`)]);
  if (!layer || !response.ok) return nothing;
  const { hits } = await response.json();
  if (search !== found) return nothing;
  const lines = lineElements(layer);
  const marks = hits.map((hit) => hit.map((place) => wrap(lines, place)).filter(Boolean));
  return { element: layer.element, marks };
}

// The layer leaves out lines without words; places count all lines.
function lineElements(layer) {
  const elements = [...layer.element.children];
  let next = 0;
  return layer.lines.map((line) => (line.words.length ? elements[next++] : null));
}

function wrap(lines, [line, word, start, end]) {
  const span = lines[line]?.querySelectorAll(":scope > span")[word];
  if (!span) return null;
  // Earlier hits have cut the word's text: count through its pieces.
  let before = 0;
  const pieces = document.createTreeWalker(span, NodeFilter.SHOW_TEXT);
  for (let piece = pieces.nextNode(); piece; piece = pieces.nextNode()) {
    const length = piece.data.length;
    if (start < before + length) {
      const range = document.createRange();
      range.setStart(piece, start - before);
      range.setEnd(piece, Math.min(end - before, length));
      const element = document.createElement("mark");
      range.surroundContents(element);
      return element;
    }
    before += length;
  }
  return null;
}

async function go(to) {
  if (!found?.hits.length) return;
  const search = found;
  const total = search.hits.length;
  at = (to + total) % total;
  const here = at;
  show();
  const { page, index } = search.hits[at];
  for (const old of reader.querySelectorAll("mark.current")) old.classList.remove("current");
  const visible = document.getElementById(`page-${page}`);
  if (!visible?.dataset.layout) {
    reader.dispatchEvent(new CustomEvent("reader:go", { detail: { page } }));
    await loaded(page);
  }
  const marks = (await mark(page)).marks[index];
  if (search !== found || here !== at) return;
  if (!marks?.length) {
    reader.dispatchEvent(new CustomEvent("reader:go", { detail: { page } }));
    return;
  }
  for (const element of marks) element.classList.add("current");
  marks[0].scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
}

function loaded(page) {
  return new Promise((resolve) => {
    const look = () => {
      if (!document.getElementById(`page-${page}`)?.dataset.layout) return;
      reader.removeEventListener("reader:frames", look);
      resolve();
    };
    reader.addEventListener("reader:frames", look);
    setTimeout(resolve, 10_000);
    look();
  });
}

function firstFrom(page) {
  const index = found.hits.findIndex((hit) => hit.page >= page);
  return index < 0 ? 0 : index;
}

function open(on = true) {
  bar.classList.toggle("open", on);
  button.setAttribute("aria-expanded", on);
  if (on) {
    input.focus();
    input.select();
  } else {
    clear();
    button.focus({ preventScroll: true });
  }
}

button.addEventListener("click", () => open(!bar.classList.contains("open")));
bar.addEventListener("click", (event) => {
  const step = event.target.closest("[data-step]");
  if (step) go(at + Number(step.dataset.step));
  if (event.target.closest("[data-close]")) open(false);
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (found?.query === input.value.trim()) return go(at + 1);
  await search(input.value);
  if (found?.hits.length) go(firstFrom(Number(reader.querySelector("[name=page]").value)));
});
input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.shiftKey) {
    event.preventDefault();
    go(at - 1);
  }
  if (event.key === "Escape") {
    event.preventDefault();
    open(false);
  }
});
addEventListener("keydown", (event) => {
  if (event.key !== "/" || reader.dataset.singleKeys === "false" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  event.preventDefault();
  open();
});

// A layer that was forgotten and is built again has lost its marks.
onLayer(async (layer) => {
  const search = found;
  const known = await search?.marked.get(layer.page);
  if (search !== found) return;
  if (known && known.element !== layer.element) search.marked.delete(layer.page);
  mark(layer.page);
});

// The reader comes from a search: its words are marked, the page he chose, or
// the first with a hit, is shown, and the place for the next query is ready.
if (reader.dataset.query) {
  input.value = reader.dataset.query;
  bar.classList.add("open");
  button.setAttribute("aria-expanded", true);
  await search(reader.dataset.query);
  if (found?.hits.length) {
    const hash = /^#page-(\d+)$/.exec(location.hash);
    await go(firstFrom(hash ? Number(hash[1]) : 1));
  }
}
