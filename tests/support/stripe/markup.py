"""HTML and CSS of the hosted pages, in the colours and the line width of the product's own pages."""

from __future__ import annotations

from html import escape

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
"""The Content-Security-Policy: no scripts, nothing from other origins.

`form-action` is left out, because browsers apply it to redirects too, and the merchant's return URL may be any.
"""

STYLE = """
:root { color-scheme: light dark; --page: #f7f2ea; --card: #fff; --line: #e9dfd1; --ink: #2b2118;
  --soft: #6b5d4f; --accent: #8a4b12; --on-accent: #fff; --bad: #a3281c; }
@media (prefers-color-scheme: dark) { :root { --page: #17130f; --card: #221c16; --line: #3a3026;
  --ink: #f3ebe0; --soft: #b8aa99; --accent: #e0a458; --on-accent: #201509; --bad: #ff9d8f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--soft);
  font: 16px/25px system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
main { max-width: 30rem; margin: 0 auto; padding: clamp(1.5rem, 10vh, 6rem) 1rem 3rem; }
.brand, h1 { font-family: Georgia, "Times New Roman", serif; color: var(--ink); font-weight: normal; }
.brand { margin: 0 0 1.25rem .5rem; font-size: 1.25rem; }
.card { padding: clamp(1.5rem, 7vw, 2.25rem); background: var(--card); border: 1px solid var(--line);
  border-radius: 14px; }
h1 { margin: 0 0 .5rem; font-size: 1.625rem; line-height: 2.125rem; }
h2 { margin: 1.75rem 0 .5rem; font-size: 1rem; color: var(--ink); }
p { margin: 0 0 1rem; }
.price { font-size: 1.25rem; color: var(--ink); }
.bad { color: var(--bad); }
fieldset { margin: 0 0 1.25rem; padding: 0; border: 0; }
legend { padding: 0; margin-bottom: .375rem; color: var(--ink); font-weight: 600; }
label { display: flex; gap: .75rem; align-items: baseline; padding: .75rem .875rem; margin-bottom: .5rem;
  border: 1px solid var(--line); border-radius: 9px; color: var(--ink); cursor: pointer; }
label small { display: block; color: var(--soft); }
label:has(:checked) { border-color: var(--accent); }
input { accent-color: var(--accent); }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1.5rem; margin: 0 0 1rem; }
dd { margin: 0; color: var(--ink); text-align: right; overflow-wrap: anywhere; }
button, .button { display: block; width: 100%; margin-top: .5rem; padding: .875rem 1.5rem; border: 0;
  border-radius: 9px; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600;
  line-height: 1.25rem; text-align: center; text-decoration: none; cursor: pointer; }
.quiet { background: transparent; color: var(--accent); }
:is(button, .button, input):focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.hint { margin: 1rem .5rem; font-size: .875rem; line-height: 1.25rem; }
"""


def document(title: str, content: str) -> str:
    """A whole page; `content` is HTML and is not escaped."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · mock of Stripe</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<p class="brand">DevotionalAI</p>
<div class="card">
<h1>{escape(title)}</h1>
{content}
</div>
<p class="hint">This page stands in for Stripe on this machine. No card is charged, and none is asked for.</p>
</main>
</body>
</html>
"""


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph; of the kind `bad` it has the role of an alert for screen readers."""
    role = ' role="alert"' if kind == "bad" else ""
    return f'<p class="{kind}"{role}>{escape(text)}</p>'


def facts(**rows: str) -> str:
    """A description list: each keyword is a term, with spaces for its underscores."""
    entries = (f"<dt>{escape(name.replace('_', ' '))}</dt><dd>{escape(value)}</dd>" for name, value in rows.items())
    return f"<dl>{''.join(entries)}</dl>"


def button(label: str, kind: str = "", **values: str) -> str:
    """A form with one button, and `values` as hidden fields."""
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in values.items())
    return f'<form method="post">{hidden}<button class="{kind}">{escape(label)}</button></form>'


def link(label: str, address: str) -> str:
    """A link in the style of a secondary button."""
    return f'<a class="button quiet" href="{escape(address)}">{escape(label)}</a>'


def cards(chosen: str = "works") -> str:
    """Radio buttons for a card that works and one that is declined."""
    offered = (
        ("works", "4242 4242 4242 4242", "A card that works"),
        ("declined", "4000 0000 0000 0341", "A card whose charges are declined"),
    )
    choices = "".join(
        f'<label><input type="radio" name="card" value="{value}"{" checked" if value == chosen else ""}>'
        f"<span>{number}<small>{meaning}</small></span></label>"
        for value, number, meaning in offered
    )
    return f"<fieldset><legend>Test card</legend>{choices}</fieldset>"
