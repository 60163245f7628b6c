"""Placeholder."""


def terminal_safe(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def spreadsheet_safe(value: str) -> str:
    return "'" + value if value[:1] in "=+-@\t\r" else value
