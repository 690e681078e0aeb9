"""A table in a text file: rows that aren't empty, as often as they are asked for, whatever the encoding."""

import pytest

from webapp.domain import table_file

ROWS = [["a", "è"], ["b", "two\nlines"], ["c", ""]]
TEXT = '\r\n\r\n sku ,title\r\na,è\r\n,\r\n\r\nb,"two\nlines"\r\nc,\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_rows_are_given_as_often_as_wanted_without_the_empty_ones(encoding):
    table = table_file.read(TEXT.encode(encoding))
    assert (table.headings, table.total) == (["sku", "title"], 3)
    assert list(table.rows()) == ROWS == list(table.rows())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b" \r\n ", "empty"),
        (b'""\r\n', "no row below"),
        (b"a\r\n\r\n;\r\n", "no row below"),
        (b'a\r\nb\r\n"c\r\n', "never closed"),
        (b"a\r\n" + b"b\r\n" * 200_001, "200,001 rows"),
    ],
)
def test_what_can_not_be_read_is_said(content, told):
    with pytest.raises(ValueError, match=told):
        table_file.read(content)
