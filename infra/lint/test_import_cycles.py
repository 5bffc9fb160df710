"""Tests of the check for circles, on small crates that are written for them."""

import tempfile
import unittest
from pathlib import Path

from import_cycles import Crate, circles, expand


def circles_of(files: dict[str, str]) -> list[list[str]]:
    """The circles of a crate with these files below `src`."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        found = circles(Crate(root / "lib.rs").imports())
        return [[str(path.relative_to(root)) for path in circle] for circle in found]


class ImportCycles(unittest.TestCase):
    def test_files_that_import_from_each_other_are_found(self):
        files = {
            "lib.rs": "mod a;\nmod b;\n",
            "a.rs": "use crate::b::B;\npub struct A;\n",
            "b.rs": "use crate::a::A;\npub struct B;\n",
        }
        self.assertEqual(circles_of(files), [["a.rs", "b.rs"]])

    def test_one_way_is_no_circle(self):
        files = {"lib.rs": "mod a;\nmod b;\n", "a.rs": "use crate::b::B;\n", "b.rs": "pub struct B;\n"}
        self.assertEqual(circles_of(files), [])

    def test_a_child_that_uses_what_its_parent_defines_is_found(self):
        files = {
            "lib.rs": "mod a;\n",
            "a/mod.rs": "mod c;\npub struct A;\npub fn f() { c::g() }\n",
            "a/c.rs": "use super::A;\npub fn g() {}\n",
        }
        self.assertEqual(circles_of(files), [["a/c.rs", "a/mod.rs"]])

    def test_a_re_export_is_followed_to_where_the_name_is_defined(self):
        files = {
            "lib.rs": "mod a;\nmod b;\npub use a::A;\npub use b::*;\n",
            "a.rs": "use crate::B;\npub struct A;\n",
            "b.rs": "pub struct B;\n",
        }
        self.assertEqual(circles_of(files), [])
        files["b.rs"] = "use crate::{A};\npub struct B;\n"
        self.assertEqual(circles_of(files), [["a.rs", "b.rs"]])

    def test_tests_comments_and_texts_do_not_count(self):
        files = {
            "lib.rs": "mod a;\nmod b;\n",
            "a.rs": "use crate::b::B;\npub struct A;\n",
            "b.rs": (
                "// crate::a::A\npub struct B;\nconst S: &str = \"crate::a::A\";\n"
                "#[cfg(test)]\nmod tests {\n    use crate::a::A;\n    fn f() { let x = [1; 2]; }\n}\n"
            ),
        }
        self.assertEqual(circles_of(files), [])

    def test_a_path_in_code_counts(self):
        files = {
            "lib.rs": "mod a;\nmod b;\n",
            "a.rs": "pub struct A;\nfn f() -> crate::b::B { crate::b::B }\n",
            "b.rs": "pub struct B(crate::a::A);\n",
        }
        self.assertEqual(circles_of(files), [["a.rs", "b.rs"]])

    def test_use_trees_are_taken_apart(self):
        self.assertEqual(
            expand("crate::{a::{self, A as X}, b::*}"),
            [(["crate", "a", "self"], "a"), (["crate", "a", "A"], "X"), (["crate", "b", "*"], "*")],
        )


if __name__ == "__main__":
    unittest.main()
