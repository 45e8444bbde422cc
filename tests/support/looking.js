// What tests/support/looking.py asks of a page. Each answer is a list of what is wrong, in words.

const AWAY = ".visually-hidden, .skip:not(:focus), template, script, style, option";
const ancestors = (one) => (one && one !== document.body ? [one, ...ancestors(one.parentElement)] : []);
const said = (node) => node.data.trim().slice(0, 40);

function texts() {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (said(node) && !element.closest(AWAY) && element.checkVisibility()) found.push({ node, element });
  }
  return found;
}

function extent(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  return range;
}

/** Return what there is to press that is smaller than `least` pixels either way. */
function small(least) {
  const all = "a, button, input:not([type=hidden]), select, summary, [tabindex='0']";
  return [...document.querySelectorAll(all)]
    .filter((target) => target.checkVisibility() && !target.closest(AWAY))
    .map((target) => (target.matches("[type=radio], [type=checkbox]") ? target.closest("label") : target))
    .map((held) => ({ held, box: held.getBoundingClientRect() }))
    .filter(({ box }) => Math.min(box.width, box.height) < least - 0.5)
    .map(({ held, box }) => `${Math.round(box.width)}×${Math.round(box.height)} ${held.outerHTML.slice(0, 120)}`);
}

/** Return what cannot be read: outside the window, cut off by a box, one upon the other. */
function losses() {
  const floats = (one) => ["sticky", "fixed"].includes(getComputedStyle(one).position);
  const found = [];
  const boxes = [];
  const add = (element, what, rects) => {
    const floating = ancestors(element).some(floats);
    for (const rect of rects) if (rect.width > 1 && rect.height > 1) boxes.push({ element, what, rect, floating });
  };
  for (const { node, element } of texts()) {
    const range = extent(node);
    add(element, said(node), range.getClientRects());
    const inner = range.getBoundingClientRect();
    // What can be scrolled is not lost.
    const cuts = (one) => ["hidden", "clip"].includes(getComputedStyle(one).overflowX);
    for (const box of ancestors(element).filter(cuts)) {
      const outer = box.getBoundingClientRect();
      const whole = inner.left > outer.left - 1 && inner.right < outer.right + 1 && inner.bottom < outer.bottom + 1;
      if (!whole) found.push(`cut off: ${said(node)}`);
    }
  }
  const fields = "input:not([type=hidden]), select, textarea, img, [role=slider]";
  for (const field of document.querySelectorAll(fields)) {
    const seen = field.checkVisibility({ opacityProperty: true });
    if (seen) add(field, field.outerHTML.slice(0, 60), [field.getBoundingClientRect()]);
  }
  const edge = document.documentElement.clientWidth;
  for (const { what, rect } of boxes) {
    if (rect.left < -0.5 || rect.right > edge + 0.5) found.push(`outside the window: ${what}`);
  }
  boxes.forEach((one, at) => {
    for (const other of boxes.slice(at + 1)) {
      if (one.element === other.element || one.floating !== other.floating) continue;
      const [a, b] = [one.rect, other.rect];
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      // Boxes of lines lie a little over one another; letters do not.
      if (wide > 2 && high > Math.min(a.height, b.height) / 3) found.push(`${one.what} upon ${other.what}`);
    }
  });
  for (const box of document.querySelectorAll("button, .button, .numbers span")) {
    const fits = box.scrollWidth <= box.clientWidth + 1 && box.scrollHeight <= box.clientHeight + 1;
    if (box.checkVisibility() && !fits) found.push(`sticks out of its button: ${box.textContent.trim()}`);
  }
  const skip = document.querySelector(".skip:not(:focus)")?.getBoundingClientRect();
  if (skip && skip.bottom > 0) found.push("the link to the content shows before it has the focus");
  if (document.documentElement.scrollWidth > innerWidth) found.push("scrolls sideways");
  return [...new Set(found)];
}

function rgba(colour) {
  const [red, green, blue, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
  return { red, green, blue, alpha };
}

function over(top, ground) {
  const mix = (part) => top[part] * top.alpha + ground[part] * (1 - top.alpha);
  return { red: mix("red"), green: mix("green"), blue: mix("blue"), alpha: 1 };
}

function ground(element) {
  if (!element) return { red: 255, green: 255, blue: 255, alpha: 1 };
  const own = rgba(getComputedStyle(element).backgroundColor);
  return own.alpha === 1 ? own : over(own, ground(element.parentElement));
}

/** Return the luminance of WCAG 2.2, from 0 (black) to 1. */
function luminance({ red, green, blue }) {
  const part = (value) => (value <= 10.314 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
}

function contrast(colour, behind) {
  const both = [luminance(over(rgba(colour), behind)), luminance(behind)].sort((a, b) => b - a);
  return (both[0] + 0.05) / (both[1] + 0.05);
}

function isLarge(style) {
  return parseFloat(style.fontSize) >= (style.fontWeight >= 700 ? 18.66 : 24);
}

/** Return the words with less contrast than `least` (large ones: than `leastLarge`). */
function faint(least, leastLarge) {
  return texts().flatMap(({ node, element }) => {
    const style = getComputedStyle(element);
    const ratio = contrast(style.color, ground(element));
    return ratio < (isLarge(style) ? leastLarge : least) ? [`contrast ${ratio.toFixed(2)}: ${said(node)}`] : [];
  });
}

/** Return each way in which words stand here: their colour, what is behind them, and their size. */
function palette() {
  const ways = texts().map(({ element }) => {
    const style = getComputedStyle(element);
    const behind = ancestors(element).map((one) => getComputedStyle(one).backgroundColor);
    return [style.color, isLarge(style), ...new Set(behind)].join(" ");
  });
  return [...new Set(ways)];
}

/** Return what a drawn thing is told from its surroundings by: its edges, or what it is filled with. */
function drawn(style) {
  const sides = ["Top", "Right", "Bottom", "Left"].filter(
    (side) => parseFloat(style[`border${side}Width`]) && style[`border${side}Style`] !== "none",
  );
  return [...sides.map((side) => style[`border${side}Color`]), style.backgroundColor].filter((colour) => rgba(colour).alpha);
}

/** Return the fields, buttons, signs and rings of the focus with less contrast than `least` (1.4.11). */
function dim(least) {
  const found = [];
  const seen = (one) => one.checkVisibility({ opacityProperty: true }) && !one.closest(AWAY);
  const check = (what, one, colours, behind) => {
    const best = Math.max(...colours.map((colour) => contrast(colour, behind)));
    if (best < least) found.push(`${what} with a contrast of ${best.toFixed(2)}: ${one.outerHTML.slice(0, 80)}`);
  };
  // Ticks are drawn by the browser; a button without an edge or a ground of its own is words.
  const shapes = "input:not([type=hidden], [type=radio], [type=checkbox], [type=image]), select, textarea, button, .button, .sign, .radios span, .line .end, .line .mark";
  for (const one of [...document.querySelectorAll(shapes)].filter(seen)) {
    const colours = drawn(getComputedStyle(one));
    if (colours.length || !one.matches("button")) check("a shape", one, colours, ground(one.parentElement));
  }
  for (const line of [...document.querySelectorAll(".line")].filter(seen)) {
    check("a line", line, [getComputedStyle(line, "::before").borderTopColor], ground(line));
  }
  for (const picture of [...document.querySelectorAll(".picture")].filter(seen)) {
    check("a picture", picture, [getComputedStyle(picture).stroke], ground(picture));
  }
  const held = "a, button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const ring = getComputedStyle(document.body).getPropertyValue("--focus");
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.color = ring;
  const colour = getComputedStyle(probe).color;
  probe.remove();
  // The ring stands outside of what it is around.
  for (const one of [...document.querySelectorAll(held)].filter(seen)) check("a ring", one, [colour], ground(one.parentElement));
  return found;
}

/** Return where every element stands, to be compared between two looks. */
function places() {
  const place = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(" ");
  return [...document.querySelectorAll("body *")].map((one) => place(one.getBoundingClientRect())).join("\n");
}

/** Return what is lost when the words are twice as large. */
function lossesWhenLarge() {
  const root = document.documentElement.style;
  root.fontSize = "200%";
  const found = losses();
  root.fontSize = "";
  return found.map((one) => `text of 200 %: ${one}`);
}

const SPACED = `
  * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
  p { margin-block-end: 2em !important; }
`;

/** Return what is lost with the lines, letters, words and paragraphs as far apart as 1.4.12 says. */
function lossesWhenSpaced() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(SPACED);
  document.adoptedStyleSheets.push(sheet);
  const found = losses();
  document.adoptedStyleSheets.pop();
  return found.map((one) => `spaced: ${one}`);
}

async function barriers(options) {
  const { violations } = await axe.run({ resultTypes: ["violations"], preload: false, ...options });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary.slice(0, 200)}`),
  );
}

/** Return what is not in the language of the patient, or does not run its way. */
function words(language) {
  const direction = language === "ar" ? "rtl" : "ltr";
  const found = [];
  if (document.documentElement.lang !== language) found.push(`in ${document.documentElement.lang}`);
  if (getComputedStyle(document.body).direction !== direction) found.push("runs the other way");
  // Names and addresses may be in Latin letters; whole sentences may not.
  const untranslated = document.querySelector("main").innerText.match(/[a-z]+ [a-z]+ [a-z]+/g) ?? [];
  return [...found, ...(language === "ar" ? untranslated : [])];
}

globalThis.looking = { barriers, dim, faint, losses, lossesWhenLarge, lossesWhenSpaced, palette, places, small, words };
