"""Text that a spreadsheet will open: nothing in a CSV file may run as a formula."""

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a cell a formula, in full width as well."""


def harmless(text: str) -> str:
    """The text as it is, or with an apostrophe in front that keeps it text."""
    return f"'{text}" if text.startswith(STARTS) else text
