// Favourite and share without loading the page anew; both work without this.
for (const link of document.querySelectorAll(".share-link")) {
  const input = link.querySelector("input");
  const button = link.querySelector("[data-copy]");
  const status = link.querySelector("[role=status]");
  input.addEventListener("focus", () => input.select());
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(input.value);
      status.textContent = link.dataset.copied;
    } catch {
      input.select();
    }
  });
}

for (const form of document.querySelectorAll("[data-favourite]")) {
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    const body = new URLSearchParams(new FormData(form, button));
    try {
      const response = await fetch(form.action, {
        method: "POST",
        headers: { accept: "application/json" },
        body,
      });
      if (!response.ok) throw new Error(response.status);
      const { kept, count } = await response.json();
      button.value = kept ? "0" : "1";
      button.setAttribute("aria-pressed", kept);
      button.querySelector("[data-label]").textContent = kept ? form.dataset.on : form.dataset.off;
      button.querySelector("[data-count]").textContent = count || "";
    } catch {
      // The way without a script says what is wrong.
      HTMLFormElement.prototype.submit.call(form);
    } finally {
      button.disabled = false;
    }
  });
}

// An open panel closes by a click beside it or by Esc, as a menu does.
for (const panel of document.querySelectorAll("details.share")) {
  document.addEventListener("click", (event) => {
    if (!panel.contains(event.target)) panel.open = false;
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.open) {
      panel.open = false;
      panel.querySelector("summary").focus();
      event.preventDefault();
    }
  });
}
