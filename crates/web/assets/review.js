// The keys of a reviewer's page, and the claim that lasts while it is open.
// Everything is a form without it.
const page = document.querySelector("[data-review]");
const shortcuts = page.querySelector("[data-shortcuts]");
const help = page.querySelector(".review-keys");
const reason = page.querySelector("[data-reason]");

shortcuts.checked = localStorage.getItem("reader-shortcuts") !== "off";
shortcuts.addEventListener("change", () => {
  localStorage.setItem("reader-shortcuts", shortcuts.checked ? "on" : "off");
});

document.addEventListener("keydown", (event) => {
  if (event.target === reason && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    page.querySelector("[data-refuse]").click();
    return;
  }
  if (event.key === "Escape") {
    help.open = false;
    if (event.target === reason) reason.blur();
    return;
  }
  const isTyping = event.target.closest("input:not([type=checkbox]), textarea, select");
  const isHeld = event.ctrlKey || event.altKey || event.metaKey || event.repeat;
  if (isHeld || isTyping || !shortcuts.checked) return;
  if (event.key === "?") {
    event.preventDefault();
    help.open = !help.open;
  } else if (event.key === "r" && reason) {
    event.preventDefault();
    reason.focus();
  } else if (/^[acnjk]$/.test(event.key)) {
    const button = page.querySelector(`[data-key="${event.key}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  }
});

// A third of the time that a claim lasts.
const RENEW = 5 * 60 * 1000;
const form = page.querySelector("[data-renew]");
if (form) {
  const timer = setInterval(async () => {
    try {
      const response = await fetch(form.dataset.renew, {
        method: "POST",
        headers: { accept: "application/json", "x-csrf-token": form.elements.csrf.value },
      });
      // Not his any more; what fails otherwise is tried again.
      if (response.status === 403 || response.status === 404) {
        clearInterval(timer);
        const until = page.querySelector("[data-until]");
        until.textContent = until.dataset.lost;
        until.setAttribute("role", "alert");
      }
    } catch {
      // The network comes back, or the claim runs out.
    }
  }, RENEW);
}
