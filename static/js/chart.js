// The points of the chart are one stop of the Tab key; the arrow keys go from point to point.
// The page works without: every point is then a link of its own.

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

/** Make `points` one stop; `links` lie in time order. */
function oneStop(points) {
  const links = [...points.querySelectorAll("a")];
  const hold = (chosen) => links.forEach((link) => link.setAttribute("tabindex", link === chosen ? "0" : "-1"));
  hold(links[0]);
  points.addEventListener("keydown", (event) => {
    const here = links.indexOf(event.target.closest("a"));
    const there = { Home: 0, End: links.length - 1 }[event.key] ?? here + (STEPS[event.key] ?? NaN);
    if (!links[there]) return;
    event.preventDefault();
    hold(links[there]);
    links[there].focus();
  });
}

document.querySelectorAll("[data-points]").forEach(oneStop);
