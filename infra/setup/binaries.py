"""The programs that are deployed: what is built for the render image, and what the bill of materials lists."""

from __future__ import annotations

import re

from layout import ROOT

RENDER_STEP = "render-step"
"""The function of the render image, which the template names as an image and not as a binary."""

HELPERS = ("espeak-pipe", "picture-pipe")
"""The programs that the render step starts, from the render image."""


def deployed() -> set[str]:
    """The names of all programs that a deployment contains."""
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    functions = re.findall(r"BuildProperties: \{ Binary: (\S+) \}", template)
    return {*functions, RENDER_STEP, *HELPERS}
