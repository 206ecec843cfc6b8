// Single keys for people who work here all day; everything they do is a link or a button of the page.
"use strict";

(() => {
  if (!document.querySelector("[data-keys]")) return;
  const ITEMS = "[data-item], .result, .lines > li";
  const items = () => [...document.querySelectorAll(ITEMS)];
  const help = document.querySelector("dialog.keys");
  const note = document.querySelector(".keys-note");
  note.hidden = false;
  note.querySelector("button").addEventListener("click", () => help.showModal());

  // The line somebody is at; after something was put on the shortlist, the one it was done in.
  const back = location.hash.startsWith("#s-") && document.getElementById(location.hash.slice(1));
  const at = () => (document.activeElement?.closest(ITEMS) ?? (back && back.closest(ITEMS))) || null;
  const link = (item) => item.querySelector("h2 a, a, button");
  const typing = ({ target }) => target.closest?.("input, textarea, select, [contenteditable]");

  function move(step) {
    const all = items();
    const now = all.indexOf(at());
    const next = all[now < 0 ? (step > 0 ? 0 : all.length - 1) : now + step];
    if (!next) return;
    link(next)?.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function search() {
    const field = document.querySelector("main input[name=q], main input[type=search], main #text");
    if (!field) return location.assign("/staff/find#q");
    if (!field.offsetParent) location.hash = "find"; // the form is folded away on a small screen
    field.focus();
    field.select();
  }

  // Of the line one is at; else of the page itself.
  function press(what) {
    const own = at()?.querySelector(what);
    const found = own ?? [...document.querySelectorAll(what)].find((one) => !one.closest(ITEMS));
    found?.click();
  }

  const KEYS = {
    "/": search,
    j: () => move(1),
    k: () => move(-1),
    s: () => press("[data-shortlist] button"),
    r: () => press("a.refer, a[data-refer], .work-do form:not([action$=watch]) button"),
    x: () => press("input[type=checkbox]"),
    "?": () => help.showModal(),
  };

  addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
    if (!plain || event.repeat || typing(event) || document.querySelector("dialog[open]")) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  if (location.hash === "#q") document.getElementById("q")?.focus();
})();
