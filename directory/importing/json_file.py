"""JSON, an object at a time: a list, a page envelope, one object, or an object on each line."""

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn, TextIO

from directory.importing.problems import FileRefused

MAX_OBJECT = 8_388_608  # characters
CHUNK = 65_536
SPACE = " \t\r\n"
Found = tuple[str, int, Any]
"""(name of the list it is in or "", its number from 1, the object)"""


def read_objects(path: Path) -> Iterator[Found]:
    """Every object of the file. Raises FileRefused naming the file and where it goes wrong.

    Numbers are handed out as text. The lists of an envelope (`contents`) and of a dump by tables
    ("services.csv": […]) are read through; any other object is one object.
    """
    with path.open("rb") as raw:
        start = raw.read(4)
        if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise FileRefused(path.name, "is UTF-16; save it as UTF-8")
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        yield from _Reader(path.name, file).objects()


class _Reader:
    def __init__(self, name: str, file: TextIO) -> None:
        self.name, self.file = name, file
        self.text, self.at, self.passed, self.count = "", 0, 0, 0
        self.decode = json.JSONDecoder(
            parse_float=str, parse_int=str, parse_constant=self._constant
        ).raw_decode

    def objects(self) -> Iterator[Found]:
        if not self._next():
            raise FileRefused(self.name, "is empty")
        while mark := self._next():
            if mark == "[":
                yield from self._list("")
            elif mark == "{":
                yield from self._object()
            else:
                self._refuse("expected a list or an object")

    def _list(self, name: str) -> Iterator[Found]:
        self._skip("[")
        while self._next() != "]":
            self.count += 1
            yield name, self.count, self._value()
            if self._next() == ",":
                self._skip(",")
                if self._next() == "]":
                    self._refuse("expected a value")
            elif self._next() != "]":
                self._refuse("expected , or ]")
        self._skip("]")

    def _object(self) -> Iterator[Found]:
        self._skip("{")
        single: dict[str, Any] = {}
        streamed, begin = False, self.passed + self.at
        while self._next() != "}":
            key = self._value()
            if not isinstance(key, str) or self._next() != ":":
                self._refuse("expected a name and a colon")
            self._skip(":")
            if self._next() == "[" and (key == "contents" or key.endswith(".csv")):
                streamed = True
                yield from self._list(key.removesuffix(".csv").replace("contents", ""))
            else:
                single[key] = self._value()
            if self.passed + self.at - begin > MAX_OBJECT and not streamed:
                self._refuse(f"an object is longer than {MAX_OBJECT:,} characters")
            if self._next() == ",":
                self._skip(",")
            elif self._next() != "}":
                self._refuse("expected , or }")
        self._skip("}")
        if not streamed:
            self.count += 1
            yield "", self.count, single

    def _value(self) -> Any:
        while True:
            self._next()
            try:
                value, end = self.decode(self.text, self.at)
            except json.JSONDecodeError as error:
                if not self._more():
                    self._refuse(error.msg)
                continue
            except RecursionError:
                self._refuse("lists and objects nested too deep")
            if end == len(self.text) and self._more():
                continue  # a number may go on in the next chunk
            self.at = end
            return value

    def _next(self) -> str:
        """The next character that is not white space, "" at the end; stays before it."""
        while True:
            while self.at < len(self.text) and self.text[self.at] in SPACE:
                self.at += 1
            if self.at < len(self.text):
                return self.text[self.at]
            if not self._more():
                return ""

    def _skip(self, mark: str) -> None:
        if self._next() != mark:
            self._refuse(f"expected {mark}")
        self.at += 1

    def _more(self) -> bool:
        """Read on, twice as much each time, so that long objects are not decoded too often."""
        self.passed += self.at
        self.text, self.at = self.text[self.at :], 0
        if len(self.text) > MAX_OBJECT:
            self._refuse(f"an object is longer than {MAX_OBJECT:,} characters")
        read = self.file.read(max(CHUNK, len(self.text)))
        self.text += read
        return bool(read)

    def _refuse(self, why: str) -> NoReturn:
        ends = not self.text[self.at :].strip() or not self.file.read(1)
        cut = " (is the file cut off?)" if ends else ""
        where = f"object {self.count + 1}, after {self.passed + self.at:,} characters"
        raise FileRefused(self.name, f"is not JSON at {where}: {why}{cut}")

    def _constant(self, name: str) -> NoReturn:
        self._refuse(f"{name} is not JSON")
