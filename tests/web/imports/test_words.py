"""The words of a file's columns are known to the catalogues of translations."""

from tests.sayings import sayings
from webapp.domain.import_columns import KINDS, Column


def words(column: Column) -> set[str]:
    return {column.label, column.told} - {"SKU", "EAN"}


def test_the_words_of_every_column_can_be_translated():
    said = set().union(*(words(column) for columns in KINDS.values() for column in columns))
    assert said and said <= set(sayings())
