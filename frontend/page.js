// Shared by the pages: shows one view at a time and one message, and sends one request at a time.

/** The element with this id. */
export const by = (id) => document.getElementById(id);

/** Returns the values in the URL's fragment, and removes the fragment from the address bar and the history. */
export function takeFragment() {
  const values = new URLSearchParams(location.hash.slice(1));
  if (location.hash) history.replaceState(null, "", location.pathname);
  return values;
}

/** Shows one of the views and hides the others. Focuses the view's first control. */
export function show(view, views) {
  for (const id of views) by(id).hidden = id !== view;
  by(view).querySelector("input, button, a:not([hidden])")?.focus({ preventScroll: true });
}

/** Shows a message above the view; `bad` for an error. */
export function say(words, bad = false) {
  const message = by("message");
  message.textContent = words;
  message.classList.toggle("bad", bad);
}

/** Sets the page's heading and title. */
export function head(words) {
  by("title").textContent = words;
  document.title = `${words} · DevotionalAI`;
}

/** Runs `act` on a form's submit or a button's click, never twice at once. `failed` is called with an error of it. */
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
