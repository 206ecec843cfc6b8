// Leaving a page fast: it goes blank at once, and Back does not lead to it.
"use strict";

(() => {
  const link = document.querySelector("[data-leave]");
  if (!link) return;
  const leave = () => {
    document.documentElement.hidden = true;
    document.title = "\u00a0";
    location.replace(link.href);
  };
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  const said = document.querySelector("[data-leave-key]");
  said.textContent = said.dataset.leaveKey;
  const TWICE_MS = 1500; // once may be a slip, or close something
  let pressed = -Infinity;
  addEventListener("keydown", ({ key, repeat, timeStamp }) => {
    if (key !== "Escape" || repeat) return;
    if (timeStamp - pressed < TWICE_MS) leave();
    pressed = timeStamp;
  });
})();
