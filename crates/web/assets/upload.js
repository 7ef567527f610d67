// The upload page: drag and drop, a progress bar for each file, the live state
// of its conversion, and its title and tags beside it. Without this script the
// page's form sends the files by itself.

import { watch } from "./live.js";

const form = document.getElementById("upload");
const input = document.getElementById("file");
const drop = document.getElementById("drop");
const list = document.getElementById("files");
const text = form.dataset;
const token = form.elements.csrf.value;
const limit = Number(text.limit);

// Hashing needs the whole file in memory.
const HASH_LIMIT = 100 * 1024 * 1024;
const AT_ONCE = 2;

for (const part of document.querySelectorAll(".without-script")) part.hidden = true;
for (const part of document.querySelectorAll(".needs-script")) part.hidden = false;
input.required = false;
drop.classList.add("is-live");

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const units = ["KB", "MB", "GB"];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(2)} ${units[unit]}`;
}

/** One file on the page. */
class Entry {
  constructor(file) {
    this.file = file;
    const part = document.getElementById("file-template").content.cloneNode(true);
    this.root = part.querySelector(".file");
    this.root.querySelector(".file-name").textContent = file.name;
    this.root.querySelector(".file-size").textContent = size(file.size);
    this.state = this.root.querySelector(".file-state");
    this.bar = this.root.querySelector("progress");
    this.after = this.root.querySelector(".file-after");
    list.append(part);
    this.say(text.waiting);
  }

  say(words, kind = "converting", url = null) {
    this.state.textContent = "";
    const label = document.createElement("span");
    label.className = `state state-${kind}`;
    label.textContent = words;
    this.state.append(label);
    if (url) {
      const link = document.createElement("a");
      link.href = url;
      link.textContent = text.open;
      this.state.append(" ", link);
    }
  }

  progress(part, whole) {
    this.bar.hidden = false;
    if (whole > 0) {
      this.bar.max = whole;
      this.bar.value = part;
    } else {
      this.bar.removeAttribute("value");
    }
  }

  refuse(message) {
    this.bar.hidden = true;
    this.say(message, "refused");
  }

  /** Offers another try, and deleting, for what could not be converted. */
  offer(url) {
    const part = document.getElementById("refused-template").content.cloneNode(true);
    part.querySelector("form").action = `${url}/retry`;
    part.querySelector("a").href = `${url}/delete`;
    this.after.replaceChildren(part);
  }

  /** Shows the form for title, tags and the rest of an accepted document. */
  edit(answer) {
    const part = document.getElementById("edit-template").content.cloneNode(true);
    const edit = part.querySelector("form");
    edit.action = answer.edit_url;
    edit.elements.title.value = answer.title;
    edit.elements.tags.value = answer.tags.join(document.documentElement.lang === "en" ? ", " : "、");
    edit.elements.category.value = form.elements.category.value;
    edit.elements.visibility.value = form.elements.visibility.value;
    edit.addEventListener("submit", (event) => {
      event.preventDefault();
      save(edit);
    });
    this.after.append(part);
  }
}

async function save(edit) {
  const wrong = edit.querySelector(".wrong");
  const done = edit.querySelector("[role=status]");
  wrong.hidden = true;
  done.textContent = "";
  try {
    const response = await fetch(edit.action, {
      method: "POST",
      headers: { accept: "application/json" },
      body: new URLSearchParams(new FormData(edit)),
    });
    const answer = await response.json();
    if (response.ok) {
      done.textContent = answer.message;
    } else {
      wrong.textContent = answer.error.message;
      wrong.hidden = false;
    }
  } catch {
    wrong.textContent = text.failed;
    wrong.hidden = false;
  }
}

async function known(file) {
  if (file.size > HASH_LIMIT || !globalThis.crypto?.subtle) return null;
  try {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    const hex = Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0")).join("");
    const response = await fetch(`/api/uploads/known?sha256=${hex}`, {
      headers: { accept: "application/json" },
    });
    const answer = response.ok ? await response.json() : null;
    return answer?.id ? answer : null;
  } catch {
    // The server will find out by itself.
    return null;
  }
}

function send(entry) {
  return new Promise((resolve) => {
    const body = new FormData();
    for (const name of ["category", "visibility"]) body.append(name, form.elements[name].value);
    body.append("file", entry.file);
    const request = new XMLHttpRequest();
    request.open("POST", "/api/uploads");
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("x-csrf-token", token);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) entry.progress(event.loaded, event.total);
    });
    request.upload.addEventListener("load", () => {
      entry.say(text.received);
      entry.progress(0, 0);
    });
    request.addEventListener("load", () => {
      const answer = request.response;
      if (request.status < 300 && answer) resolve({ answer });
      else resolve({ message: answer?.error?.message ?? text.failed });
    });
    request.addEventListener("error", () => resolve({ message: text.failed }));
    request.send(body);
  });
}

async function upload(entry) {
  if (entry.file.size === 0) return entry.refuse(text.empty);
  if (entry.file.size > limit) return entry.refuse(text.tooLarge);
  entry.say(text.checking);
  const there = await known(entry.file);
  if (there) {
    entry.bar.hidden = true;
    return entry.say(there.message, "readable", there.url);
  }
  entry.say(text.sending);
  const { answer, message } = await send(entry);
  if (!answer) return entry.refuse(message);
  if (answer.known) {
    entry.bar.hidden = true;
    return entry.say(answer.message, "readable", answer.url);
  }
  entry.edit(answer);
  follow(answer.id, entry);
}

// One stream of events for all documents that are not settled yet.
const watched = new Map();
let stop = null;
let timer = 0;

function follow(id, entry) {
  watched.set(id, entry);
  clearTimeout(timer);
  timer = setTimeout(() => {
    stop?.();
    stop = watch([...watched.keys()], show);
  }, 20);
}

function show(now) {
  const entry = watched.get(now.id);
  if (!entry) return;
  if (now.state === "converting" || now.state === "checking") {
    entry.say(now.label);
    entry.progress(now.pages_ready, now.page_count);
    return;
  }
  watched.delete(now.id);
  if (now.state === "readable" || now.state === "held") {
    entry.bar.hidden = true;
    entry.say(now.label, now.state, now.url);
  } else {
    entry.refuse(now.message || now.label);
    entry.offer(now.url);
  }
}

const queue = [];
let running = 0;

async function next() {
  if (running >= AT_ONCE) return;
  const entry = queue.shift();
  if (!entry) return;
  running += 1;
  await upload(entry);
  running -= 1;
  next();
}

function take(files) {
  for (const file of files) {
    queue.push(new Entry(file));
    next();
  }
  if (list.childElementCount > 0) document.getElementById("after").hidden = false;
}

input.addEventListener("change", () => {
  take([...input.files]);
  input.value = "";
});
form.addEventListener("submit", (event) => event.preventDefault());

for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("is-over");
  });
}
drop.addEventListener("dragleave", (event) => {
  if (!drop.contains(event.relatedTarget)) drop.classList.remove("is-over");
});
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("is-over");
  // A folder comes as an entry that cannot be read as a file.
  const files = [...event.dataTransfer.items]
    .filter((item) => item.kind === "file" && !item.webkitGetAsEntry?.()?.isDirectory)
    .map((item) => item.getAsFile())
    .filter(Boolean);
  take(files);
});
// A file dropped beside the field must not replace the page.
for (const name of ["dragover", "drop"]) {
  window.addEventListener(name, (event) => event.preventDefault());
}
