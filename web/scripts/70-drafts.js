// Keeps a long form on the server while somebody types; nothing of it stays in this browser.
"use strict";

(() => {
  const PAUSE_MS = 2500;
  for (const place of document.querySelectorAll("[data-kept]")) {
    const form = place.closest("form");
    let timer = 0;
    let sent = false;
    const body = () => new URLSearchParams([...new FormData(form), ["quiet", "yes"]]);
    const keep = async () => {
      timer = 0;
      try {
        const answer = await fetch("/staff/drafts", { method: "POST", body: body() });
        if (answer.status === 204) place.textContent = place.dataset.kept;
      } catch {
        place.textContent = ""; // there is no line just now; the next pause tries again
      }
    };
    form.addEventListener("input", () => {
      place.textContent = "";
      clearTimeout(timer);
      timer = setTimeout(keep, PAUSE_MS);
    });
    form.addEventListener("submit", () => {
      sent = true;
      clearTimeout(timer);
    });
    addEventListener("pagehide", () => {
      if (timer && !sent) navigator.sendBeacon("/staff/drafts", body());
    });
  }
})();
