"""Deflated data that swells out of all measure, made without being swollen here."""

from __future__ import annotations

import zlib

_BASE = 65521  # of Adler-32


def swelling(block: bytes, times: int, head: bytes = b"") -> bytes:
    """`head`, then `block` so many times, deflated: after a full flush it can be repeated as is."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    first, again = (packer.compress(x) + packer.flush(zlib.Z_FULL_FLUSH) for x in (head, block))
    checksum = zlib.adler32(head)
    one = zlib.adler32(block)
    for _ in range(times):
        checksum = _joined(checksum, one, len(block))
    return b"\x78\xda" + first + again * times + packer.flush() + checksum.to_bytes(4, "big")


def _joined(first: int, second: int, length: int) -> int:
    """The checksum of two parts, the second so long: Adler-32 is two sums, one of bytes and one of
    the sums on the way."""
    low, high = first & 0xFFFF, first >> 16
    total = (low + (second & 0xFFFF) - 1) % _BASE
    return (high + (second >> 16) + length * (low - 1)) % _BASE << 16 | total
