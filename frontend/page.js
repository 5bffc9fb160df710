// What the pages share: one view at a time, one message, one request at a time.

/** The element with this id. */
export const by = (id) => document.getElementById(id);

/** Takes a value out of the address's fragment, and the fragment out of the address bar and its history. */
export function takeFragment() {
  const values = new URLSearchParams(location.hash.slice(1));
  if (location.hash) history.replaceState(null, "", location.pathname);
  return values;
}

/** Shows one of the views and puts the cursor where the person goes on. */
export function show(view, views) {
  for (const id of views) by(id).hidden = id !== view;
  by(view).querySelector("input, button, a:not([hidden])")?.focus({ preventScroll: true });
}

/** Says something above the view; `bad` when it is what went wrong. */
export function say(words, bad = false) {
  const message = by("message");
  message.textContent = words;
  message.classList.toggle("bad", bad);
}

/** Gives the page another heading. */
export function head(words) {
  by("title").textContent = words;
  document.title = `${words} · DevotionalAI`;
}

/** Runs `act` when the form is sent or the button is pressed, never twice at once; `failed` hears of a refusal. */
export function on(id, event, act, failed = () => {}) {
  const element = by(id);
  const buttons = element.matches("button") ? [element] : [...element.querySelectorAll("button")];
  element.addEventListener(event, async (happened) => {
    happened.preventDefault();
    if (buttons.some((button) => button.disabled)) return;
    for (const button of buttons) button.disabled = true;
    say("");
    try {
      await act();
    } catch (error) {
      say(error.message, true);
      failed(error);
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  });
}
