// Pages that build up click by click: the stepper under the page swaps the
// image in place. Its links do the same without a script, a page load a step.
// Nothing moves by itself.
const reader = document.getElementById("reader");
const words = JSON.parse(document.getElementById("reader-words").textContent);

const say = (template, values) =>
  template.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

const pairs = (text) => {
  const urls = text.split(" ");
  return urls.filter((_, index) => index % 2 === 0).map((url, index) => [url, urls[2 * index + 1]]);
};

// What is known of each stepper: its images, the page itself being number 0.
const known = new WeakMap();

function stepperOf(nav) {
  if (!known.has(nav)) {
    const image = nav.parentElement.querySelector("img");
    const [narrow, wide] = image.srcset.split(/, ?/).map((source) => source.split(" "));
    const whole = nav.dataset.whole ? pairs(nav.dataset.whole)[0] : [narrow[0], wide[0]];
    known.set(nav, {
      nav,
      image,
      alt: image.alt,
      widths: [narrow[1], wide[1]],
      images: [whole, ...pairs(nav.dataset.steps)],
      at: Number(nav.dataset.at),
    });
  }
  return known.get(nav);
}

const sources = ({ widths }, [narrow, wide]) => `${narrow} ${widths[0]}, ${wide} ${widths[1]}`;

function load(stepper, at) {
  const fresh = new Image();
  fresh.sizes = stepper.image.sizes;
  fresh.srcset = sources(stepper, stepper.images[at]);
  return fresh.decode().catch(() => {});
}

async function show(stepper, at) {
  stepper.at = at;
  const { nav, image } = stepper;
  const last = stepper.images.length - 1;
  const part = (name) => nav.querySelector(`[data-build=${name}]`);
  nav.dataset.at = at;
  part("play").hidden = at > 0;
  nav.querySelector(".stepper-run").hidden = at === 0;
  part("previous").ariaDisabled = at <= 1;
  part("next").ariaDisabled = at >= last;
  const position = at > 0 ? say(words.step, { at, count: last }) : "";
  nav.querySelector("output").textContent = position;
  image.alt = position ? `${stepper.alt} · ${position}` : stepper.alt;
  // The old image stays until the new one can be drawn.
  await load(stepper, at);
  if (stepper.at !== at) return;
  image.srcset = sources(stepper, stepper.images[at]);
  image.src = stepper.images[at][0];
  if (0 < at && at < last) load(stepper, at + 1);
}

/** Goes where a control leads; returns whether there was anywhere to go. */
function step(stepper, control) {
  const { at, images } = stepper;
  const to = { play: 1, previous: at - 1, next: at + 1, whole: 0 }[control];
  if (control !== "whole" && (to < 1 || to >= images.length)) return false;
  const hadFocus = stepper.nav.contains(document.activeElement);
  show(stepper, to);
  // What was clicked may be gone now.
  if (hadFocus && (control === "play" || control === "whole")) {
    stepper.nav.querySelector(`[data-build=${control === "play" ? "next" : "play"}]`).focus();
  }
  return true;
}

function dress(nav) {
  for (const control of nav.querySelectorAll("[data-build]")) {
    // A link without an address takes no focus, and so no arrow keys.
    if (!control.hasAttribute("href")) control.href = nav.querySelector("[data-build=play]").href;
  }
}

function watch() {
  for (const nav of reader.querySelectorAll(".stepper")) dress(nav);
}
reader.addEventListener("reader:frames", watch);
watch();

reader.addEventListener("click", (event) => {
  const control = event.target.closest("[data-build]");
  if (!control || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  step(stepperOf(control.closest(".stepper")), control.dataset.build);
});

// Past the first and the last step the arrows turn pages, as everywhere else.
const keys = { ArrowLeft: "previous", ArrowRight: "next", Escape: "whole" };
reader.addEventListener("keydown", (event) => {
  const nav = event.target.closest(".has-steps")?.querySelector(".stepper");
  const control = keys[event.key];
  if (!nav || !control || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const stepper = stepperOf(nav);
  if (stepper.at > 0 && step(stepper, control)) event.preventDefault();
});
