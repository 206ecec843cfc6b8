// Handing on an address: the browser's own way to share, and a button that copies.
"use strict";

for (const frame of document.querySelectorAll("[data-share]")) {
  const { share, copy, done } = frame.dataset;
  const field = frame.querySelector("input, textarea");
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  const row = document.createElement("p");
  row.className = "chips";
  const offer = (words, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet";
    button.textContent = words;
    button.addEventListener("click", act);
    row.append(button);
  };
  if (share && navigator.share) {
    offer(share, () => navigator.share({ title: document.title, url: field.value }).catch(() => {}));
  }
  if (navigator.clipboard) {
    offer(copy, async () => {
      field.select();
      await navigator.clipboard.writeText(field.value).then(() => { said.textContent = done; }, () => {});
    });
  }
  row.append(said);
  frame.append(row);
}
