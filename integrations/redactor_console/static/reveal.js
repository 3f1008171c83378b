// @ts-check
/** A revealed value goes from the page when its time is over; the server has stopped giving it by then. */

import { say } from "./console.js";

const place = document.querySelector("[data-revealed]");

/** Take everything that was revealed out of the page. */
function hide() {
  if (!(place instanceof HTMLElement) || !place.isConnected) return;
  const note = document.createElement("p");
  note.textContent = "Its time is over: nothing is shown any more.";
  const again = document.createElement("a");
  again.href = location.pathname;
  again.textContent = "Load the page again";
  note.append(" ", again);
  place.replaceWith(note);
  say("What was revealed is hidden again.");
}

if (place instanceof HTMLElement) {
  const ends = performance.timeOrigin + performance.now() + Number(place.dataset.seconds) * 1000;
  const look = () => {
    if (Date.now() >= ends) hide();
  };
  // A laptop that slept fires its timers late; it is looked at again when somebody comes back to the page.
  setTimeout(hide, Math.max(0, Number(place.dataset.seconds) * 1000));
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) hide();
  });
}
