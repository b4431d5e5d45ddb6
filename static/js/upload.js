/* A folder dropped on a file field keeps its paths: each file's path inside the folder is sent beside it as `paths`. */
(() => {
  "use strict";

  const writePaths = (input) => {
    for (const old of input.form.querySelectorAll("input[name=paths]")) old.remove();
    const files = [...input.files];
    if (!files.some((file) => file.webkitRelativePath)) return;
    for (const file of files) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = "paths";
      field.value = file.webkitRelativePath || file.name;
      input.form.append(field);
    }
  };

  const addFolderSwitch = (input) => {
    if (!("webkitdirectory" in input)) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-s mt-s";
    button.textContent = "Choose a folder instead";
    button.addEventListener("click", () => {
      input.webkitdirectory = true;
      input.click();
    });
    input.addEventListener("click", (event) => { if (event.isTrusted) input.webkitdirectory = false; });
    input.after(button);
  };

  for (const input of document.querySelectorAll("input[type=file][data-upload]")) {
    addFolderSwitch(input);
    input.addEventListener("change", () => writePaths(input));
  }
})();
