"""Tests that rotations of the signing keys sign nobody out, in whatever order they happen."""

from __future__ import annotations

import base64
import json
import unittest
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.serialization import load_der_private_key

import signing_keys
from signing_keys import RETIRED_KEY_LIFETIME, BETWEEN_ROTATIONS, ChangedError, TooSoonError

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Rotations(unittest.TestCase):
    """A rotation as a function of the keys and the time."""

    def setUp(self) -> None:
        self.keys = json.loads(signing_keys.first())

    def test_first_keys_are_ready_to_be_rotated(self) -> None:
        self.assertEqual(self.keys["previous"], [])
        self.assertNotEqual(self.keys["current"]["kid"], self.keys["next"]["kid"])
        for key in (self.keys["current"], self.keys["next"]):
            load_der_private_key(base64.b64decode(key["pkcs8"]), password=None)

    def test_what_was_published_signs_and_what_signed_is_believed(self) -> None:
        after = signing_keys.rotated(self.keys, START)
        self.assertEqual(after["current"], self.keys["next"])
        self.assertEqual([key["kid"] for key in after["previous"]], [self.keys["current"]["kid"]])
        self.assertEqual(after["previous"][0]["pkcs8"], self.keys["current"]["pkcs8"])
        self.assertEqual(after["previous"][0]["retired_at"], "2026-11-22T12:00:00+00:00")
        self.assertEqual(after["rotated_at"], "2026-11-22T12:00:00+00:00")
        known = {self.keys["current"]["kid"], self.keys["next"]["kid"]}
        self.assertNotIn(after["next"]["kid"], known)

    def test_a_second_rotation_waits_for_the_first_to_reach_everybody(self) -> None:
        after = signing_keys.rotated(self.keys, START)
        with self.assertRaises(TooSoonError):
            signing_keys.rotated(after, START + BETWEEN_ROTATIONS - SECOND)
        again = signing_keys.rotated(after, START + BETWEEN_ROTATIONS)
        self.assertEqual(again["current"], after["next"])

    def test_a_retired_key_is_kept_until_its_last_token_has_expired_and_no_longer(self) -> None:
        after = signing_keys.rotated(self.keys, START)
        old = self.keys["current"]["kid"]
        just_before = signing_keys.rotated(after, START + RETIRED_KEY_LIFETIME - SECOND)
        self.assertIn(old, [key["kid"] for key in just_before["previous"]])
        then = signing_keys.rotated(after, START + RETIRED_KEY_LIFETIME)
        self.assertEqual([key["kid"] for key in then["previous"]], [after["current"]["kid"]])

    def test_a_secret_without_a_next_key_publishes_one_before_it_signs(self) -> None:
        for old in (self.keys | {"next": None}, {"current": self.keys["current"]}):
            published = signing_keys.rotated(old, START)
            self.assertEqual(published["current"], old["current"])
            with self.assertRaises(TooSoonError):
                signing_keys.rotated(published, START + SECOND)
            after = signing_keys.rotated(published, START + BETWEEN_ROTATIONS)
            self.assertEqual(after["current"], published["next"])

    def test_the_key_of_known_browsers_outlasts_rotations(self) -> None:
        after = signing_keys.rotated(self.keys, START)
        self.assertEqual(after["known_browsers"], self.keys["known_browsers"])
        self.assertEqual(len(base64.b64decode(after["known_browsers"])), 32)
        del self.keys["known_browsers"]
        self.assertIn("known_browsers", signing_keys.rotated(self.keys, START))

    def test_a_retired_key_without_a_date_counts_from_now(self) -> None:
        undated = {"kid": "older", "pkcs8": "…"}
        after = signing_keys.rotated(self.keys | {"previous": [undated]}, START)
        self.assertEqual(after["previous"][1], undated | {"retired_at": "2026-11-22T12:00:00+00:00"})

    def test_what_others_keep_in_the_secret_stays(self) -> None:
        self.assertEqual(signing_keys.rotated(self.keys | {"note": "ours"}, START)["note"], "ours")


class SecretsManager:
    """A fake of Secrets Manager with what a rotation uses: versions, and the stage of the current one."""

    class exceptions:  # noqa: N801 (the client's own name)
        """The client's exceptions."""

        class InvalidParameterException(Exception):
            """The stage is at another version than the caller states."""

        class InvalidRequestException(Exception):
            """The request is not possible in the secret's present state."""

    def __init__(self, value: str) -> None:
        self.versions = {"v1": value}
        self.current = "v1"
        self.before_move: Any = None

    def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803
        """Returns the current version."""
        return {"SecretString": self.versions[self.current], "VersionId": self.current}

    def put_secret_value(self, ClientRequestToken: str, SecretString: str, **_: Any) -> None:  # noqa: N803
        """Stores a new version, which is not the current one yet."""
        self.versions[ClientRequestToken] = SecretString

    def update_secret_version_stage(self, MoveToVersionId: str, RemoveFromVersionId: str, **_: Any) -> None:  # noqa: N803
        """Makes a version the current one, if the stage is at the version that the caller states."""
        if self.before_move:
            self.before_move()
        if self.current != RemoveFromVersionId:
            raise self.exceptions.InvalidParameterException
        self.current = MoveToVersionId


class RotationsOfTheSecret(unittest.TestCase):
    """Rotations of the secret in Secrets Manager."""

    def setUp(self) -> None:
        self.client = SecretsManager(signing_keys.first())

    def stored(self) -> dict[str, Any]:
        return json.loads(self.client.versions[self.client.current])

    def test_the_secret_holds_what_was_rotated(self) -> None:
        before = self.stored()
        returned = signing_keys.rotate(self.client, "name", START)
        self.assertEqual(self.stored(), returned)
        self.assertEqual(self.stored()["current"], before["next"])

    def test_a_refused_rotation_writes_nothing(self) -> None:
        signing_keys.rotate(self.client, "name", START)
        before = self.stored()
        with self.assertRaises(TooSoonError):
            signing_keys.rotate(self.client, "name", START + SECOND)
        self.assertEqual(self.stored(), before)

    def test_of_two_rotations_at_once_one_is_refused(self) -> None:
        def other() -> None:
            self.client.before_move = None
            signing_keys.rotate(self.client, "name", START)

        self.client.before_move = other
        with self.assertRaises(ChangedError):
            signing_keys.rotate(self.client, "name", START)
        self.assertEqual(len(self.stored()["previous"]), 1)


if __name__ == "__main__":
    unittest.main()
