// A button that prints, where there was a sentence that says how.
"use strict";

for (const frame of document.querySelectorAll("[data-print]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = frame.dataset.print;
  button.addEventListener("click", () => window.print());
  frame.replaceChildren(button);
}
