"""Tests that one list names the programs of the render image."""

from __future__ import annotations

import re
import unittest

from binaries import HELPERS, RENDER_STEP, deployed
from layout import ROOT


class DeployedBinaries(unittest.TestCase):
    """The list, the image and the template agree."""

    def test_the_image_contains_the_helpers_and_no_other_program(self) -> None:
        """The Dockerfile copies what is built for it, and the local stack has the same programs."""
        dockerfile = (ROOT / "infra" / "render-image" / "Dockerfile").read_text(encoding="utf-8")
        copied = [line.split()[1:-1] for line in dockerfile.splitlines() if line.startswith("COPY ")]
        programs = {name for names in copied for name in names} - {"assets", "bootstrap"}
        self.assertEqual(programs, set(HELPERS))
        local = (ROOT / "infra" / "local" / "local_template.py").read_text(encoding="utf-8")
        self.assertEqual(set(re.findall(r'binaries / "([a-z-]+)"', local)), set(HELPERS))

    def test_every_function_is_deployed(self) -> None:
        """Each function of the template is in the list, that of the image too."""
        template = (ROOT / "template.yaml").read_text(encoding="utf-8")
        names = re.findall(r"FunctionName: !Sub \$\{AWS::StackName\}-(\S+)", template)
        self.assertIn(RENDER_STEP, names)
        self.assertEqual(len(deployed()), len(names) + len(HELPERS))


if __name__ == "__main__":
    unittest.main()
