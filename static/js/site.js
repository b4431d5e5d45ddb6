/* The site works without this file. It closes menus, copies code, and moves focus to what a form has to say. */
(() => {
  "use strict";

  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (menu !== except) menu.open = false;
    }
  };

  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    closeMenus(null);
    menu?.querySelector("summary").focus();
  });

  // A button that cannot work yet stays focusable and says why; pressing it does nothing.
  document.addEventListener("click", (event) => {
    if (event.target.closest("button[aria-disabled=true]")) event.preventDefault();
  });

  const addCopyButton = (block) => {
    if (!navigator.clipboard || block.parentElement.querySelector(".copy")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-s copy no-print";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    block.after(button);
  };
  const prepare = (root) => root.querySelectorAll("pre[data-copy]").forEach(addCopyButton);

  prepare(document);
  document.addEventListener("htmx:load", (event) => prepare(event.target));
})();
