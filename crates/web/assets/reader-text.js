// The text layer of the reader: the page's words, transparent, over its image,
// to be selected, copied and marked. Built when a page comes near, from the
// boxes that the converter measured; all lengths are shares of the page's
// width, so zooming needs no work here.
//
// Every line is a block that reaches to its neighbours. So wherever one drags
// there is a line under the pointer, and a selection does not jump; and what
// is selected is shown in even bands, as in a word processor.
const reader = document.getElementById("reader");
const pages = reader.querySelector(".pages");
const KEPT_LAYERS = 60;

const layers = new Map(); // page number → promise of {page, lines, element}

/** Returns the layer of a page, building it if need be; null without a frame. */
export function layerOf(page) {
  const sheet = document.getElementById(`page-${page}`);
  if (!sheet?.dataset.layout) return Promise.resolve(null);
  if (!layers.has(page)) {
    layers.set(page, build(sheet, page).catch(() => (layers.delete(page), null)));
    forgetFar(page);
  }
  return layers.get(page);
}

/** Calls back with every layer that is built from now on. */
export function onLayer(callback) {
  built.add(callback);
}
const built = new Set();

async function build(sheet, page) {
  const response = await fetch(sheet.dataset.layout);
  if (!response.ok) throw new Error(response.status);
  const layout = await response.json();
  const element = document.createElement("div");
  element.className = "text-layer";
  const lines = layout.lines.map((line) => measure(line)).filter(Boolean);
  spread(lines, layout);
  for (const line of lines) element.append(draw(line, layout));
  sheet.append(element);
  fit(element, lines, layout);
  const layer = { page, element, lines: layout.lines };
  for (const callback of built) callback(layer);
  return layer;
}

function measure(line) {
  if (!line.words.length) return null;
  const box = { line, left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const word of line.words) {
    box.left = Math.min(box.left, word.x0);
    box.top = Math.min(box.top, word.y0);
    box.right = Math.max(box.right, word.x1);
    box.bottom = Math.max(box.bottom, word.y1);
  }
  return box;
}

// Gives every line the room up to its neighbours: sideways within its row
// (columns, table cells), then up and down half-way to the lines it sees there.
function spread(lines, { width, height }) {
  for (const box of lines) {
    const tall = box.bottom - box.top;
    box.roomLeft = 0;
    box.roomRight = width;
    for (const other of lines) {
      const shared = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
      if (other === box || shared < 0.3 * tall) continue;
      if (other.right <= box.left + 1) box.roomLeft = Math.max(box.roomLeft, other.right);
      if (other.left >= box.right - 1) box.roomRight = Math.min(box.roomRight, other.left);
    }
  }
  for (const box of lines) {
    let above = 0;
    let below = height;
    for (const other of lines) {
      if (other === box) continue;
      if (other.roomRight <= box.roomLeft || other.roomLeft >= box.roomRight) continue;
      const middle = (other.top + other.bottom) / 2;
      if (middle < box.top) above = Math.max(above, Math.min(box.top, (other.bottom + box.top) / 2));
      if (middle > box.bottom) below = Math.min(below, Math.max(box.bottom, (box.bottom + other.top) / 2));
    }
    box.roomTop = above;
    box.roomBottom = below;
  }
}

const share = (length, { width }) => `${((length / width) * 100).toFixed(4)}cqw`;
const percent = (part, whole) => `${((part / whole) * 100).toFixed(4)}%`;

function draw(box, layout) {
  const size = box.bottom - box.top || 1;
  const element = document.createElement("div");
  element.className = box.line.starts_paragraph ? "text-line starts" : "text-line";
  const style = element.style;
  style.left = percent(box.roomLeft, layout.width);
  style.top = percent(box.roomTop, layout.height);
  style.width = percent(box.roomRight - box.roomLeft, layout.width);
  style.height = percent(box.roomBottom - box.roomTop, layout.height);
  style.paddingLeft = share(box.left - box.roomLeft, layout);
  style.paddingTop = share(box.top - box.roomTop, layout);
  style.fontSize = share(size, layout);
  style.lineHeight = share(size, layout);
  box.line.words.forEach((word, index) => {
    const span = document.createElement("span");
    span.textContent = word.text;
    element.append(span);
    if (word.space_after && index + 1 < box.line.words.length) element.append(" ");
  });
  return element;
}

// Brings every line to its width by the size of its letters, and every word by
// the space between them. The browser's own face differs from the document's,
// so all words are measured as they stand, in one go, and only then changed.
function fit(element, lines, layout) {
  const scale = layout.width / element.getBoundingClientRect().width;
  const space = document.createElement("span");
  space.className = "text-space";
  space.textContent = "\u00a0";
  element.append(space);
  const spaceShare = space.getBoundingClientRect().width / 100;
  space.remove();
  const spans = [...element.children].map((line) => [...line.children]);
  const natural = spans.map((line) => line.map((span) => span.getBoundingClientRect().width * scale));
  lines.forEach((box, row) => {
    const { words } = box.line;
    const wanted = words.reduce((sum, word) => sum + word.x1 - word.x0, 0);
    const taken = natural[row].reduce((sum, width) => sum + width, 0);
    const factor = Math.min(Math.max(wanted / taken || 1, 0.5), 1.5);
    const size = (box.bottom - box.top || 1) * factor;
    element.children[row].style.fontSize = share(size, layout);
    let pen = box.left;
    words.forEach((word, index) => {
      const { style } = spans[row][index];
      const rest = word.x1 - word.x0 - natural[row][index] * factor;
      style.letterSpacing = share(rest / [...word.text].length, layout);
      style.marginLeft = share(word.x0 - pen, layout);
      pen = word.x1;
      if (word.space_after) pen += spaceShare * size;
    });
  });
}

// A document of thousands of pages must not fill the memory.
function forgetFar(page) {
  if (layers.size <= KEPT_LAYERS) return;
  const far = [...layers.keys()].sort((a, b) => Math.abs(b - page) - Math.abs(a - page));
  for (const number of far.slice(0, layers.size - KEPT_LAYERS)) {
    const layer = layers.get(number);
    layers.delete(number);
    layer.then((found) => found?.element.remove());
    const sheet = document.getElementById(`page-${number}`);
    if (sheet) near.unobserve(sheet), near.observe(sheet);
  }
}

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) layerOf(Number(target.dataset.page));
    }
  },
  { rootMargin: "60% 0px", scrollMargin: "60% 0px" },
);

const observed = new WeakSet();
function watch() {
  for (const sheet of pages.querySelectorAll("[data-layout]")) {
    if (observed.has(sheet)) continue;
    observed.add(sheet);
    near.observe(sheet);
  }
}
reader.addEventListener("reader:frames", watch);
watch();

// --- Copying -------------------------------------------------------------------
// What is copied has the paragraphs of the document, not the lines of its
// pages: Chinese joined as it is, Latin words with a space.

const unspaced =
  /[\u2e80-\u312f\u3190-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe6f\uff00-\uffef\u{20000}-\u{3ffff}]/u;

function join(text, next) {
  const last = [...text.slice(-2)].at(-1) ?? "";
  const first = [...next.slice(0, 2)][0] ?? "";
  if (unspaced.test(last) || unspaced.test(first)) return text + next;
  if (/\p{L}[-\u2010\u00ad]$/u.test(text) && /^\p{Ll}/u.test(next)) return text.slice(0, -1) + next;
  return `${text} ${next}`;
}

function selected(range) {
  let text = "";
  for (const line of pages.querySelectorAll(".text-line")) {
    if (!range.intersectsNode(line)) continue;
    const part = document.createRange();
    part.selectNodeContents(line);
    if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0) {
      part.setStart(range.startContainer, range.startOffset);
    }
    if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) {
      part.setEnd(range.endContainer, range.endOffset);
    }
    const words = part.toString();
    if (!words) continue;
    if (!text) text = words;
    else if (line.classList.contains("starts")) text += `\n${words}`;
    else text = join(text, words);
  }
  return text;
}

document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  if (!pages.contains(range.commonAncestorContainer)) return;
  const text = selected(range);
  if (!text) return;
  event.clipboardData.setData("text/plain", text);
  event.preventDefault();
});
