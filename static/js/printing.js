// A button that prints, where there is a printer to reach: the words beside it say Ctrl+P too.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
