// A short buzz when an answer is safe, for those who want it: a choice of this phone, off at first.

const WANTED = "diary-buzz";
const SHORT = 30;
const corner = document.querySelector("[data-buzz]");

/** Buzz, if this phone can and its owner wants it. */
export function buzz() {
  if (localStorage.getItem(WANTED)) navigator.vibrate?.(SHORT);
}

if (corner && "vibrate" in navigator) {
  const box = corner.querySelector("input");
  box.checked = Boolean(localStorage.getItem(WANTED));
  box.addEventListener("change", () => {
    if (box.checked) localStorage.setItem(WANTED, "1");
    else localStorage.removeItem(WANTED);
    buzz();
  });
  corner.hidden = false;
}
