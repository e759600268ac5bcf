// The documents beside the fields: fetched after the page stands; a field that is touched is lit in them, and the
// other way round. Without this script the links open the same documents on a page of their own.
"use strict";
(() => {
  const viewer = document.querySelector("[data-viewer][data-open]");
  if (viewer === null) return;
  const parts = viewer.querySelector("[data-parts]");
  const status = viewer.querySelector("[data-status]");
  const links = [...viewer.querySelectorAll("a[data-mail]")];
  const TRIES = 200; // of two to three seconds: scans of many pages take minutes
  let address = "";

  const say = (words) => { status.textContent = words; status.hidden = words === ""; };
  const row = (target) => target.closest("tr[data-item]");
  const places = (one) => {
    const fields = `[data-field~="${CSS.escape(one.dataset.item)}"]`;
    const part = [...parts.querySelectorAll("[data-part]")].find((each) => each.dataset.part === one.dataset.part);
    const within = part === undefined ? [] : [...part.querySelectorAll(fields)];
    const all = within.length > 0 ? within : [...parts.querySelectorAll(fields)];
    const spoken = all.filter((each) => each.dataset.language === undefined || each.dataset.language === one.dataset.language);
    return spoken.length > 0 ? spoken : all;
  };

  const dark = () => {
    for (const each of document.querySelectorAll(".lit-up")) each.classList.remove("lit-up");
    for (const each of document.querySelectorAll("tr[data-lit]")) delete each.dataset.lit;
  };
  const light = (one, block) => {
    dark();
    if (address !== one.dataset.shown) return;
    const found = places(one);
    one.dataset.lit = "";
    for (const each of found) each.classList.add("lit-up");
    say(found.length === 0 && !parts.hidden ? status.dataset.nowhere : "");
    const seen = found.find((each) => each.closest("details:not([open])") === null) ?? found[0];
    if (seen === undefined) return;
    seen.closest("details")?.setAttribute("open", "");
    // Only the documents move, never the page under the hand of whoever is writing.
    const [box, around] = [seen.getBoundingClientRect(), parts.getBoundingClientRect()];
    if (block === "center" || box.top < around.top || box.bottom > around.bottom)
      parts.scrollTop += box.top - around.top - (around.height - box.height) / 2;
  };

  const doubts = () => {
    for (const one of document.querySelectorAll("tr.doubtful[data-item]"))
      if (one.dataset.shown === address) for (const each of places(one)) each.classList.add("in-doubt");
  };

  const open = async (wanted, then, tries = 0) => {
    if (address === wanted && !parts.hidden) { then?.(); return; }
    address = wanted;
    say(status.dataset.opening);
    try {
      const answer = await fetch(`${wanted}?bare=1`, { credentials: "same-origin", redirect: "error" });
      if (address !== wanted) return;
      if (answer.status === 202 && tries < TRIES) {
        address = "";
        setTimeout(() => { if (address === "") open(wanted, then, tries + 1); }, 500);
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      // Our own server's writing: text escaped, nothing in it can run (and the policy forbids it).
      parts.innerHTML = await answer.text();
      parts.hidden = false;
      parts.scrollTop = 0;
      say("");
      for (const link of links) link.setAttribute("aria-current", String(link.getAttribute("href") === wanted));
      doubts();
      then?.();
    } catch {
      if (address === wanted) { address = ""; say(status.dataset.failed); }
    }
  };

  const touch = (target, block) => {
    const one = row(target);
    if (one === null || one.dataset.shown === undefined) return;
    if (block === "center" && one.dataset.shown !== address) open(one.dataset.shown, () => light(one, block));
    else light(one, block);
  };
  let soon = 0;
  let under = null;
  document.addEventListener("focusin", (event) => touch(event.target, "center"));
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-to-place]") !== null) { // where they stand below the fields: go there
      event.preventDefault();
      viewer.scrollIntoView({ block: "start" });
      (parts.hidden ? links[0] : parts).focus({ preventScroll: true });
    }
    touch(event.target, "center");
  });
  document.addEventListener("mousemove", (event) => {
    if (event.movementX === 0 && event.movementY === 0) return; // the page moved under a hand that rests
    const one = row(event.target);
    if (one === under) return;
    under = one;
    clearTimeout(soon);
    if (one !== null) soon = setTimeout(() => touch(one, "nearest"), 150);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") dark(); });
  for (const link of links)
    link.addEventListener("click", (event) => { event.preventDefault(); open(link.getAttribute("href")); });
  // From a place in the document to its field.
  parts.addEventListener("click", (event) => {
    const place = event.target.closest("[data-field]");
    if (place === null) return;
    const fields = place.dataset.field.split(" ");
    const rows = [...document.querySelectorAll("tr[data-item]")].filter((one) => fields.includes(one.dataset.item) && one.dataset.shown === address);
    const one = rows.find((each) => each.dataset.language === place.dataset.language) ?? rows[0];
    if (one === undefined) return;
    one.closest("details:not(tr details)")?.setAttribute("open", "");
    one.scrollIntoView({ block: "center" });
    (one.querySelector("summary, button, input") ?? one.querySelector("a") ?? one).focus({ preventScroll: true });
    light(one, "nearest");
  });
  open(viewer.dataset.open);
})();
