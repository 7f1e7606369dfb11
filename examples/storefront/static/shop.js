// Improvements of pages that work without them: prices that count down, menus that need no button.
"use strict";

const opened = performance.now();
const shopNow = Date.parse(document.body.dataset.now);

function left(until) {
  const ms = until - shopNow - (performance.now() - opened);
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = number => String(number).padStart(2, "0");
  const days = Math.floor(seconds / 86400);
  const clock = `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days ? `${days} × 24:00:00 + ${clock}` : clock;
}

function tick() {
  for (const each of document.querySelectorAll("[data-until]")) {
    const until = Date.parse(each.dataset.until);
    each.title ||= each.textContent;
    each.textContent = left(until);
  }
}

tick();
setInterval(tick, 1000);

document.addEventListener("change", event => {
  const form = event.target.closest("[data-submit-on-change]");
  if (form && event.target.matches("select, input[type=radio], input[type=date]")) form.requestSubmit();
});

// A form that is being sent is not sent again: the shop would do it once all the same.
document.addEventListener("submit", event => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});
