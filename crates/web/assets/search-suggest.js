// Suggestions below a search box, as a combobox: what is typed is asked about
// after a pause, an answer that is not wanted any more is dropped, and nothing
// is there without this script.

const PAUSE = 120;

class Suggestions {
  constructor(input) {
    this.input = input;
    this.form = input.form;
    this.items = [];
    this.active = -1;
    this.timer = 0;
    this.request = null;

    this.list = document.createElement("ul");
    this.list.id = `${input.id}-suggestions`;
    this.list.className = "suggestions";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.form.dataset.suggestions);
    this.list.hidden = true;
    this.form.append(this.list);
    this.form.classList.add("has-suggestions");

    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.list.id);
    input.setAttribute("aria-expanded", "false");

    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // A press on a suggestion must not take the focus before the click.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.form.addEventListener("submit", () => this.close());
  }

  later() {
    clearTimeout(this.timer);
    this.request?.abort();
    if (this.input.value.trim() === "") return this.close();
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const typed = this.input.value.trim();
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    try {
      const response = await fetch(`/search/suggest?q=${encodeURIComponent(typed)}`, {
        headers: { accept: "application/json" },
        signal: request.signal,
      });
      const answer = response.ok ? await response.json() : { items: [] };
      if (!request.signal.aborted && document.activeElement === this.input) {
        this.show(answer.items, typed);
      }
    } catch {
      // Aborted, or the network is gone: the box works without.
      if (!request.signal.aborted) this.close();
    }
  }

  show(items, typed) {
    this.items = items;
    this.list.replaceChildren(...items.map((item, at) => this.option(item, at, typed)));
    this.choose(-1);
    this.list.hidden = items.length === 0;
    this.input.setAttribute("aria-expanded", String(items.length > 0));
  }

  option(item, at, typed) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${at}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const text = document.createElement("span");
    text.className = "suggestion-text";
    const from = item.text.toLowerCase().indexOf(typed.toLowerCase());
    if (from < 0) {
      text.textContent = item.text;
    } else {
      const to = from + typed.length;
      const mark = document.createElement("b");
      mark.textContent = item.text.slice(from, to);
      text.append(item.text.slice(0, from), mark, item.text.slice(to));
    }
    const note = document.createElement("span");
    note.className = "suggestion-note";
    note.textContent = item.note;
    option.append(text, " ", note);
    option.addEventListener("click", () => location.assign(item.url));
    return option;
  }

  choose(at) {
    const options = this.list.children;
    options[this.active]?.setAttribute("aria-selected", "false");
    this.active = at;
    const option = options[at];
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", option.id);
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  key(event) {
    // While an input method composes, the keys are its own.
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (this.list.hidden) {
      if (event.key === "ArrowDown" && this.input.value.trim() !== "") {
        event.preventDefault();
        this.ask();
      }
      return;
    }
    const count = this.items.length;
    if (event.key === "ArrowDown") {
      this.choose(this.active + 1 < count ? this.active + 1 : -1);
    } else if (event.key === "ArrowUp") {
      this.choose(this.active < 0 ? count - 1 : this.active - 1);
    } else if (event.key === "Enter" && this.active >= 0) {
      location.assign(this.items[this.active].url);
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.choose(-1);
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }
}

for (const input of document.querySelectorAll(".searchbox[data-suggestions] input[name=q]")) new Suggestions(input);
