"""Equality: is the object in the bucket what would be sent?"""

from __future__ import annotations

from collections.abc import Iterable

from faststatic_storages.sync.content import Content
from faststatic_storages.sync.digests import CRC32C, MD5
from faststatic_storages.sync.index import ObjectInfo


def is_unchanged(
    content: Content, remote: ObjectInfo | None, part_sizes: Iterable[int] = ()
) -> bool:
    """
    Return whether ``remote`` is known to hold exactly the bytes of ``content``.

    ====================  ==========  ==================================  =========
    digest of the object  size        local bytes                         unchanged
    ====================  ==========  ==================================  =========
    no such object                                                        no
    ``None``                                                              no
    any                   different   not read                            no
    ``MD5``               same        MD5 equal                           yes
    ``MD5``               same        MD5 different                       no
    ``MultipartMD5``      same        equal for a size in ``part_sizes``  yes
                                      that gives that number of parts
    ``MultipartMD5``      same        no such size, or different          no
    ``CRC32C``            same        CRC32C equal                        yes
    ``CRC32C``            same        CRC32C different                    no
    ====================  ==========  ==================================  =========

    ``part_sizes`` are in bytes. Sizes, modified times and names never prove equality.
    """
    if remote is None or remote.digest is None or remote.size != content.size:
        return False
    digest = remote.digest
    if isinstance(digest, MD5):
        return digest == content.md5
    if isinstance(digest, CRC32C):
        return digest == content.crc32c
    return any(
        digest.parts == -(-remote.size // part_size)
        and digest == content.multipart_md5(part_size)
        for part_size in dict.fromkeys(part_sizes)
    )
