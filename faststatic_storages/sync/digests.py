"""Equality: is the object in the bucket what would be sent?"""

from __future__ import annotations

from collections.abc import Iterable

from faststatic_storages.sync.content import Content
from faststatic_storages.sync.index import ObjectInfo


def is_unchanged(
    content: Content, remote: ObjectInfo | None, part_sizes: Iterable[int] = ()
) -> bool:
    """
    Return whether ``remote`` is known to hold exactly the bytes of ``content``.

    ========================  ==========  ==============================  =========
    digest of the object      size        local bytes                     unchanged
    ========================  ==========  ==============================  =========
    no such object                                                        no
    unknown                                                               no
    any                       different   not read                        no
    ``<hex>``                 same        MD5 equal                       yes
    ``<hex>``                 same        MD5 different                   no
    ``<hex>-<parts>``         same        multipart MD5 equal for a       yes
                                          size in ``part_sizes`` that
                                          gives that number of parts
    ``<hex>-<parts>``         same        no such size, or different      no
    ``crc32c:<base64>``       same        CRC32C equal                    yes
    ``crc32c:<base64>``       same        CRC32C different                no
    ========================  ==========  ==============================  =========

    ``part_sizes`` are in bytes. Sizes, modified times and names never prove equality.
    """
    if remote is None or remote.digest is None or remote.size != content.size:
        return False
    if remote.digest.startswith("crc32c:"):
        return remote.digest == f"crc32c:{content.crc32c}"
    _, hyphen, parts = remote.digest.partition("-")
    if not hyphen:
        return remote.digest == content.md5
    return any(
        parts == str(-(-remote.size // part_size))
        and remote.digest == content.multipart_md5(part_size)
        for part_size in dict.fromkeys(part_sizes)
    )
