// The reader of the document page: pages, where one is, zoom, full screen,
// thumbnails, keys. The page is complete without it. The text layer is
// reader-text.js's, find-in-document reader-find.js's; the three meet only in
// the events of #reader:
//   reader:frames  (from here) page frames were added to the document
//   reader:go      (to here)   detail {page, smooth}: show that page
//   reader:load    (to here)   detail {page}: the frame of that page is wanted
const reader = document.getElementById("reader");
const pages = reader.querySelector(".pages");
const words = JSON.parse(document.getElementById("reader-words").textContent);
const address = reader.dataset.address;
const batch = Number(reader.dataset.batch);
let readable = Number(reader.dataset.readable);

const say = (template, values) =>
  template.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const frame = (number) => document.getElementById(`page-${number}`);
const still = matchMedia("(prefers-reduced-motion: reduce)");

// --- Frames -----------------------------------------------------------------
// The server sends a few frames; the others are empty sheets of the size of
// the first until they come near, then their batch is fetched.

const wanted = new Set();

function emptySheet(number) {
  const sheet = document.createElement("div");
  sheet.className = "page page-empty";
  sheet.id = `page-${number}`;
  sheet.dataset.page = number;
  return sheet;
}

function fillWithSheets() {
  const shown = [...pages.children];
  if (!shown.length) return;
  const first = Number(shown[0].dataset.page);
  const last = Number(shown.at(-1).dataset.page);
  const image = shown[0].querySelector("img");
  if (image) {
    reader.style.setProperty("--sheet-ratio", `${image.getAttribute("width")} / ${image.getAttribute("height")}`);
    reader.style.setProperty("--ratio", image.getAttribute("width") / image.getAttribute("height"));
  }
  const before = document.createDocumentFragment();
  for (let number = 1; number < first; number++) before.append(emptySheet(number));
  const after = document.createDocumentFragment();
  for (let number = last + 1; number <= readable; number++) after.append(emptySheet(number));
  const top = shown[0].getBoundingClientRect().top;
  pages.prepend(before);
  pages.append(after);
  // What the reader sees stays where it was.
  if (first > 1) {
    scrollBy({ top: shown[0].getBoundingClientRect().top - top, behavior: "instant" });
  }
  for (const sheet of pages.querySelectorAll(".page-empty")) near.observe(sheet);
}

async function load(number) {
  const start = Math.floor((number - 1) / batch) * batch + 1;
  if (wanted.has(start) || !frame(number)?.classList.contains("page-empty")) return;
  wanted.add(start);
  try {
    const response = await fetch(`${address}/pages?from=${start}`);
    if (!response.ok) throw new Error(response.status);
    const part = document.createElement("template");
    part.innerHTML = await response.text();
    for (const fresh of [...part.content.children]) {
      const sheet = document.getElementById(fresh.id);
      if (sheet?.classList.contains("page-empty")) sheet.replaceWith(fresh);
      else if (!sheet) pages.append(fresh);
    }
    watchFrames();
  } catch {
    // Asked for again when the sheet is next scrolled into view.
    setTimeout(() => wanted.delete(start), 2000);
  }
}

const near = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) load(Number(entry.target.dataset.page));
    }
  },
  { rootMargin: "150% 0px", scrollMargin: "150% 0px" },
);

// --- Where one is -------------------------------------------------------------

const number = reader.querySelector("[name=page]");
let current = 1;

const middle = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) arrive(Number(entry.target.dataset.page));
    }
  },
  { rootMargin: "-40% 0px -60% 0px" },
);

function arrive(page) {
  current = page;
  if (document.activeElement !== number) number.value = page;
  for (const button of reader.querySelectorAll("[data-do=previous]")) button.disabled = page <= 1;
  for (const button of reader.querySelectorAll("[data-do=next]")) button.disabled = page >= readable;
  markThumb();
}

function watchFrames() {
  for (const sheet of pages.children) middle.observe(sheet);
  resize();
  reader.dispatchEvent(new CustomEvent("reader:frames"));
  for (const thumb of thumbs.children) fillThumb(thumb);
}

function go(page, smooth = false) {
  const target = frame(Math.min(Math.max(1, page), readable));
  if (!target) return;
  load(Number(target.dataset.page));
  target.scrollIntoView({ block: "start", behavior: smooth && !still.matches ? "smooth" : "instant" });
  arrive(Number(target.dataset.page));
}

reader.addEventListener("reader:go", ({ detail }) => go(detail.page, detail.smooth));
reader.addEventListener("reader:load", ({ detail }) => load(detail.page));

number.form.addEventListener("submit", (event) => {
  event.preventDefault();
  const page = Number.parseInt(number.value, 10);
  if (page >= 1) go(page);
  number.value = current;
  number.blur();
});
number.addEventListener("focus", () => number.select());
number.addEventListener("blur", () => (number.value = current));

// --- Zoom ---------------------------------------------------------------------

const steps = [0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 2.5, 3];
const percent = reader.querySelector("[data-zoom]");
let zoom = 1;

function setZoom(to) {
  zoom = Math.min(Math.max(to, steps[0]), steps.at(-1));
  hold(() => {
    reader.style.setProperty("--zoom", zoom);
    reader.classList.toggle("zoomed", zoom > 1);
  });
  percent.textContent = `${Math.round(zoom * 100)}%`;
  reader.querySelector("[data-do=smaller]").disabled = zoom <= steps[0];
  reader.querySelector("[data-do=larger]").disabled = zoom >= steps.at(-1);
  pages.scrollLeft = (pages.scrollWidth - pages.clientWidth) / 2;
  resize();
}

// Makes a change that alters the size of the sheets; what stands a third down
// the window stays there, if one is among the sheets.
function hold(change) {
  const line = innerHeight / 3;
  const anchor = frame(current);
  const before = anchor?.getBoundingClientRect();
  change();
  if (!before?.height || before.top > line || before.bottom < 0) return;
  const after = anchor.getBoundingClientRect();
  const share = (line - before.top) / before.height;
  scroller().scrollBy({ top: after.top + share * after.height - line, behavior: "instant" });
}

const scroller = () => (document.fullscreenElement === reader ? reader : window);
const step = (way) =>
  way > 0 ? steps.find((s) => s > zoom + 0.001) : steps.findLast((s) => s < zoom - 0.001);

// The browser picks the image by `sizes`; it cannot know the zoom.
function resize() {
  const sheet = pages.firstElementChild;
  if (!sheet) return;
  const width = Math.round(sheet.getBoundingClientRect().width);
  if (!width) return;
  for (const image of pages.querySelectorAll("img")) {
    if (image.sizes !== `${width}px`) image.sizes = `${width}px`;
  }
}
let pause;
addEventListener("resize", () => {
  clearTimeout(pause);
  pause = setTimeout(resize, 150);
});

// --- Full screen ----------------------------------------------------------------

const full = reader.querySelector("[data-do=full]");
if (!reader.requestFullscreen) full.hidden = true;

function toggleFull() {
  if (document.fullscreenElement) document.exitFullscreen();
  else reader.requestFullscreen?.().catch(() => {});
}
document.addEventListener("fullscreenchange", () => {
  const on = document.fullscreenElement === reader;
  full.setAttribute("aria-pressed", on);
  const page = current;
  requestAnimationFrame(() => {
    go(page);
    resize();
  });
});

// --- Thumbnails -----------------------------------------------------------------

const thumbs = reader.querySelector(".thumbs");
const thumbsButton = reader.querySelector("[data-do=thumbs]");
const thumbNear = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) fillThumb(target, true);
    }
  },
  { root: thumbs, rootMargin: "50%" },
);

function toggleThumbs(open = thumbs.hidden) {
  if (open === !thumbs.hidden) return;
  hold(() => {
    thumbs.hidden = !open;
    reader.classList.toggle("with-thumbs", open);
  });
  thumbsButton.setAttribute("aria-expanded", open);
  if (open && !thumbs.children.length) {
    for (let page = 1; page <= readable; page++) {
      const thumb = document.createElement("a");
      thumb.href = `#page-${page}`;
      thumb.dataset.thumb = page;
      thumb.setAttribute("aria-label", say(words.page, { page }));
      thumb.textContent = page;
      thumbs.append(thumb);
      thumbNear.observe(thumb);
    }
  }
  markThumb();
  resize();
}

function fillThumb(thumb, visible = false) {
  if (thumb.firstElementChild) return;
  const image = frame(thumb.dataset.thumb)?.querySelector("img");
  if (!image) {
    if (visible) load(Number(thumb.dataset.thumb));
    return;
  }
  const small = new Image(image.getAttribute("width"), image.getAttribute("height"));
  small.loading = "lazy";
  small.decoding = "async";
  small.alt = "";
  small.src = image.getAttribute("src");
  thumb.prepend(small);
  thumbNear.unobserve(thumb);
}

function markThumb() {
  thumbs.querySelector("[aria-current]")?.removeAttribute("aria-current");
  const thumb = thumbs.children[current - 1];
  if (!thumb || thumbs.hidden) return;
  thumb.setAttribute("aria-current", "page");
  // Not scrollIntoView: that would move the page as well. A column on wide
  // screens, a row on narrow ones.
  const [top, left] = [thumb.offsetTop - thumbs.scrollTop, thumb.offsetLeft - thumbs.scrollLeft];
  if (top < 0 || top + thumb.offsetHeight > thumbs.clientHeight) {
    thumbs.scrollTop = thumb.offsetTop - thumbs.clientHeight / 3;
  }
  if (left < 0 || left + thumb.offsetWidth > thumbs.clientWidth) {
    thumbs.scrollLeft = thumb.offsetLeft - thumbs.clientWidth / 3;
  }
}

thumbs.addEventListener("click", (event) => {
  const thumb = event.target.closest("[data-thumb]");
  if (!thumb) return;
  event.preventDefault();
  go(Number(thumb.dataset.thumb));
});

// --- Buttons and keys -------------------------------------------------------------

const actions = {
  thumbs: () => toggleThumbs(),
  previous: () => go(current - 1, true),
  next: () => go(current + 1, true),
  smaller: () => setZoom(step(-1) ?? zoom),
  larger: () => setZoom(step(1) ?? zoom),
  fit: () => setZoom(1),
  full: toggleFull,
};

reader.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button && actions[button.dataset.do]) actions[button.dataset.do]();
});

const keys = {
  ArrowLeft: () => actions.previous(),
  ArrowRight: () => actions.next(),
  Home: () => go(1),
  End: () => go(readable),
  "+": () => actions.larger(),
  "=": () => actions.larger(),
  "-": () => actions.smaller(),
  0: () => actions.fit(),
  f: () => toggleFull(),
  t: () => toggleThumbs(),
  // The browser's own PageUp and PageDown move by a screen, which is what a
  // page taller than the window needs.
  Escape: () => toggleThumbs(false),
};

// Single characters can be switched off: speech input says them by accident.
const shortcuts = reader.querySelector("[data-shortcuts]");
shortcuts.checked = localStorage.getItem("reader-shortcuts") !== "off";
reader.dataset.singleKeys = shortcuts.checked;
shortcuts.addEventListener("change", () => {
  reader.dataset.singleKeys = shortcuts.checked;
  localStorage.setItem("reader-shortcuts", shortcuts.checked ? "on" : "off");
});

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
  if (sideways && (event.shiftKey || pages.scrollWidth > pages.clientWidth + 1)) return;
  const action = keys[event.key];
  if (!action || (event.key.length === 1 && !shortcuts.checked)) return;
  if (event.key !== "Escape") event.preventDefault();
  action();
});

// --- A document that is still being converted ----------------------------------------

const live = document.querySelector("[data-events]");
if (live && "EventSource" in window) {
  const source = new EventSource(live.dataset.events);
  source.addEventListener("state", ({ data }) => {
    const news = JSON.parse(data);
    live.querySelector("[data-progress]").textContent = news.text;
    const bar = live.querySelector("progress");
    if (bar && news.page_count) {
      bar.max = news.page_count;
      bar.value = news.pages_ready;
    }
    if (news.state !== "converting" && news.state !== "checking") {
      source.close();
      location.reload();
      return;
    }
    if (news.pages_ready > readable) {
      const next = readable + 1;
      readable = news.pages_ready;
      reader.querySelector("[data-count]").textContent = readable;
      for (let page = next; page <= readable; page++) {
        if (!frame(page)) pages.append(emptySheet(page));
        wanted.delete(Math.floor((page - 1) / batch) * batch + 1);
        near.observe(frame(page));
      }
      arrive(current);
    }
  });
}

// --- Start --------------------------------------------------------------------------

fillWithSheets();
watchFrames();
const start = /^#page-(\d+)$/.exec(location.hash);
if (start && frame(start[1])) go(Number(start[1]));
else arrive(Number(pages.firstElementChild?.dataset.page ?? 1));
addEventListener("hashchange", () => {
  const to = /^#page-(\d+)$/.exec(location.hash);
  if (to) go(Number(to[1]));
});
