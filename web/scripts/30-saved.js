// The saved list, kept in this browser alone. Without JavaScript the list lives in the address.
"use strict";

(() => {
  const KEY = "handrail.saved";
  const LIMIT = 30; // as many as the page shows

  function kept() {
    try {
      const found = JSON.parse(localStorage.getItem(KEY) || "[]");
      return Array.isArray(found) ? found.filter((id) => typeof id === "string").slice(-LIMIT) : [];
    } catch {
      return []; // a browser that keeps nothing
    }
  }

  function keep(ids) {
    try {
      localStorage.setItem(KEY, JSON.stringify([...new Set(ids)].slice(-LIMIT)));
      return true;
    } catch {
      return false;
    }
  }

  const forget = (id) => keep(kept().filter((other) => other !== id));

  // The link at the top leads to the list as it is now, and says how long it is.
  function show() {
    for (const link of document.querySelectorAll("[data-saved]")) {
      const ids = kept();
      const list = new URLSearchParams(ids.map((id) => ["id", id]));
      link.href = link.dataset.saved + (ids.length ? `?${list}` : "");
      link.querySelector("[data-count]").textContent = ids.length ? ` (${ids.length})` : "";
    }
  }

  // Saving turns from a link into a button that can be pressed and released.
  for (const link of document.querySelectorAll("a[data-save]")) {
    const { save, on, off } = link.dataset;
    const button = document.createElement("button");
    const words = link.querySelector("[data-words]");
    const paint = () => {
      const pressed = kept().includes(save);
      button.setAttribute("aria-pressed", pressed);
      words.textContent = pressed ? on : off;
    };
    button.type = "button";
    button.className = link.className;
    button.append(...link.childNodes);
    button.addEventListener("click", () => {
      const done = kept().includes(save) ? forget(save) : keep([...kept(), save]);
      if (!done) location.assign(link.href);
      show();
      paint();
    });
    paint();
    link.replaceWith(button);
  }

  const page = document.querySelector("[data-list]");
  if (page) {
    const listed = page.dataset.list.split(" ").filter(Boolean);
    // Old id, new id: services that were made one with another since they were saved.
    const moved = new Map((page.dataset.moved || "").match(/\S+ \S+/g)?.map((p) => p.split(" ")));
    if (moved.size) keep(kept().map((id) => moved.get(id) ?? id));
    if (!location.search && kept().length) {
      location.replace(`?${new URLSearchParams(kept().map((id) => ["id", id]))}`);
    }
    for (const link of page.querySelectorAll("[data-forget]")) {
      link.addEventListener("click", () => forget(link.dataset.forget));
    }
    // Buttons that only make sense where something can be kept.
    const action = (name, wanted, act) => {
      const place = page.querySelector(`[data-${name}]`);
      if (!place || !wanted) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button--quiet";
      button.textContent = place.dataset[name];
      button.addEventListener("click", act);
      place.replaceChildren(button);
    };
    const fresh = listed.filter((id) => !kept().includes(id));
    action("adopt", fresh.length, ({ target }) => {
      keep([...kept(), ...fresh]);
      target.disabled = true;
      target.textContent = target.parentElement.dataset.done;
      show();
    });
    action("clear", kept().length, () => {
      keep([]);
      location.replace(location.pathname);
    });
  }

  show();
  addEventListener("pageshow", show); // the list may have changed before somebody came back
})();
