"""European article numbers: the last digit proves the others."""


def is_valid(code: str) -> bool:
    """Tell whether the text is an EAN-8, UPC-A, EAN-13 or GTIN-14 whose check digit fits."""
    if not (code.isascii() and code.isdigit() and len(code) in (8, 12, 13, 14)):
        return False
    digits = [int(sign) for sign in code]
    weighted = sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return weighted % 10 == 0
