"""XML from outside, read safely, as a tree of names in small letters without namespaces."""

import re
import xml.etree.ElementTree as ElementTree
from typing import Any

from runwalk_tools.formats.model import Reading

_DEEPEST = 40
_MOST_ELEMENTS = 100_000
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'


class _TooMuch(Exception):
    """Deeper or longer than any workout; the text says which."""


class _Builder(ElementTree.TreeBuilder):
    """Stops as soon as a tree grows beyond what a workout can be."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._elements = 0

    def start(self, tag: Any, attrs: Any) -> ElementTree.Element:
        self._depth += 1
        self._elements += 1
        if self._depth > _DEEPEST:
            raise _TooMuch(f"elements more than {_DEEPEST} deep")
        if self._elements > _MOST_ELEMENTS:
            raise _TooMuch(f"more than {_MOST_ELEMENTS:,} elements")
        small = {_local(str(key)): value for key, value in attrs.items()}
        return super().start(_local(tag), small)

    def end(self, tag: str) -> ElementTree.Element:
        self._depth -= 1
        return super().end(_local(tag))


def _local(name: str) -> str:
    return name.rpartition("}")[2].lower()


def read_xml(data: bytes, how: Reading) -> ElementTree.Element:
    """The root of a file; UserError for what is no XML, or declares a DTD or entities."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    parser = DefusedXMLParser(target=_Builder(), forbid_dtd=True)
    try:
        parser.feed(data.lstrip(b"\xef\xbb\xbf \t\r\n"))  # some write blanks first
        root: ElementTree.Element = parser.close()
    except ElementTree.ParseError as error:
        line, column = error.position
        reason = re.sub(r": line \d+, column \d+$", "", str(error))
        where = f"line {line}, column {column + 1}"
        raise how.wrong(f"no XML that can be read: {where}: {reason}") from None
    except DefusedXmlException:
        raise how.wrong("it declares a DTD or entities, which no workout needs: not read") from None
    except _TooMuch as error:
        raise how.wrong(f"{error}: this is no workout") from None
    except (ValueError, LookupError) as error:  # an encoding that nobody knows
        raise how.wrong(f"no XML that can be read: {error}") from None
    return root


def text_of(element: ElementTree.Element | None, name: str) -> str:
    """The text of a child, empty without it."""
    found = None if element is None else element.find(name)
    return "" if found is None or found.text is None else found.text.strip()


def write_xml(root: ElementTree.Element) -> bytes:
    """A file, indented for people."""
    ElementTree.indent(root)
    return _DECLARATION + ElementTree.tostring(root, encoding="unicode").encode() + b"\n"
