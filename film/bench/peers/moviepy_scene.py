"""Renders the bench's scene with MoviePy.

    python moviepy_scene.py scene.json out.mp4 PRESET [CRF]

The picture is a clip that is resized by a function of time and placed by another in a composite of the frame's size;
captions are clips over it, and the whole fades in and out. Without a CRF it is the encoder's own.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from moviepy import CompositeVideoClip, ImageClip, VideoClip, vfx


def composed(folder: Path, scene: dict) -> VideoClip:
    """The scene as a clip."""
    fps, zooms = scene["fps"], scene["zooms"]
    width, height = scene["width"], scene["height"]
    (x, y), (across, down) = scene["point"]["picture"], scene["point"]["frame"]
    seconds = len(zooms) / fps

    def zoom(time: float) -> float:
        return zooms[min(round(time * fps), len(zooms) - 1)]

    picture = ImageClip(str(folder / scene["picture"])).with_duration(seconds)
    cover = max(width / picture.w, height / picture.h)
    layers = [
        picture.resized(lambda time: cover * zoom(time)).with_position(
            lambda time: (width * (across - x * zoom(time)), height * (down - y * zoom(time)))
        )
    ]
    for caption in scene["captions"]:
        bitmap = ImageClip(str(folder / caption["file"])).with_start(caption["from"] / fps)
        shown = bitmap.with_duration((caption["to"] - caption["from"]) / fps)
        layers.append(shown.with_position((caption["x"], caption["y"])))
    fade = scene["fade"] / fps
    whole = CompositeVideoClip(layers, size=(width, height)).with_duration(seconds)
    return whole.with_effects([vfx.FadeIn(fade), vfx.FadeOut(fade)])


def main() -> None:
    """Reads the scene and renders it."""
    file, out, preset, *crf = sys.argv[1:]
    scene = json.loads(Path(file).read_text())
    composed(Path(file).parent, scene).write_videofile(
        out,
        fps=scene["fps"],
        codec="libx264",
        preset=preset,
        audio=False,
        ffmpeg_params=["-crf", crf[0]] if crf else None,
        logger=None,
    )


if __name__ == "__main__":
    main()
