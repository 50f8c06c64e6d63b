"""Deflated data that swells out of all measure, made without being swollen here."""

from __future__ import annotations

import zlib


def swelling(block: bytes, times: int, head: bytes = b"") -> bytes:
    """`head`, then `block` so many times, deflated: after a full flush it can be repeated as is."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    first, again = (packer.compress(x) + packer.flush(zlib.Z_FULL_FLUSH) for x in (head, block))
    checksum = zlib.adler32(head)
    for _ in range(times):
        checksum = zlib.adler32(block, checksum)
    return b"\x78\xda" + first + again * times + packer.flush() + checksum.to_bytes(4, "big")
