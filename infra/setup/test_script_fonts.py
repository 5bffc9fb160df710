"""Tests which fonts the image carries, and that the others are stored where the render step reads them."""

from __future__ import annotations

import re
import tempfile
import unittest
from pathlib import Path
from typing import Any

import manifest
import script_fonts
from layout import IMAGE_MANIFESTS, ROOT, SCRIPT_FONTS, SetupError

FONTS = manifest.read(SCRIPT_FONTS, "x86_64")


class Bucket:
    """The calls of S3's client that `store` makes."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def list_objects_v2(self, Bucket: str, Prefix: str, MaxKeys: int) -> dict[str, Any]:
        """Lists the first keys with a prefix."""
        keys = sorted(key for key in self.objects if key.startswith(Prefix))
        return {"Contents": [{"Key": key} for key in keys[:MaxKeys]]} if keys else {}

    def put_object(self, Bucket: str, Key: str, Body: bytes, ContentType: str) -> None:
        """Keeps an object."""
        self.objects[Key] = Body


class ScriptFonts(unittest.TestCase):
    """The image's manifests, the bucket, and the render step agree."""

    def test_the_image_carries_no_font_of_a_single_script(self) -> None:
        """Each of them would make every instance's start slower for texts that are rare."""
        carried = {asset.path for file in IMAGE_MANIFESTS for asset in manifest.read(file, "x86_64")}
        self.assertFalse(carried & {font.path for font in FONTS})
        self.assertTrue(carried)

    def test_every_font_is_stored_once(self) -> None:
        """A second run stores nothing, and a font that is not there is named."""
        bucket = Bucket()
        with tempfile.TemporaryDirectory() as folder:
            for font in FONTS:
                file = Path(folder) / font.path
                file.parent.mkdir(exist_ok=True)
                file.write_bytes(font.path.name.encode())
            stored = script_fonts.store(bucket, "media", Path(folder), lambda _: None)
            self.assertEqual(stored, len(FONTS))
            self.assertEqual(script_fonts.store(bucket, "media", Path(folder)), 0)
        self.assertEqual(set(bucket.objects), {f"platform/fonts/{font.sha256}.ttf" for font in FONTS})
        bucket.objects.popitem()
        with self.assertRaisesRegex(SetupError, "make setup"):
            script_fonts.store(bucket, "media", Path("/nowhere"))

    def test_the_render_step_reads_what_is_stored(self) -> None:
        """The key's form is written in three places."""
        keys = (ROOT / "shared" / "tenancy" / "src" / "keys.rs").read_text(encoding="utf-8")
        self.assertIn('format!("platform/fonts/{file}.ttf")', keys)
        template = (ROOT / "template.yaml").read_text(encoding="utf-8")
        self.assertRegex(template, re.escape("${MediaBucket.Arn}/platform/fonts/*"))


if __name__ == "__main__":
    unittest.main()
