"""Bodies that are read ahead of the threads that put them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from faststatic_storages.sync.content import Content, HeldBytes, SourceFile
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.reading import Body
from faststatic_storages.sync.room import Room
from faststatic_storages.sync.upload import Upload

# In memory at a time: it keeps a link of 6 Gbit/s busy over 30 ms.
BYTES_AHEAD = 24 * 1024 * 1024
# Of a file that nobody has read before: to digest more takes longer than the rest.
MAX_SIZE_UNREAD = 32 * 1024
# In seconds, on average: a disk at hand takes a tenth, one behind a network more.
QUICK = 0.001
PATIENCE = 0.25


class ReadAhead:
    """
    Reads in the one thread that prepares the puts, and lets many threads put.

    A file takes half a dozen system calls to read, and after each a thread waits for
    the interpreter: with a hundred threads, that costs more than all else they do. A
    body that is under two keys, the file's and the hashed one, is read once if they
    follow each other. Only what is ready (``Content.is_at_hand``) and has no more than
    ``max_size`` bytes is read, and small files for as long as that is quick. All else
    is left to the threads.
    """

    def __init__(self, max_size: int) -> None:
        self._max_size = max_size
        self._room = Room(BYTES_AHEAD)
        self._content: Content | None = None
        self._body: Body | None = None
        self._patience = PATIENCE

    def read(self, upload: Upload) -> Upload:
        """Return the upload with its bytes at hand; waits until there is room."""
        content = upload.content
        if not self._is_to_be_read(content):
            return upload
        try:
            body = self._body_of(content)
        except Exception:
            # Whoever puts it meets the same error, which is that upload's alone.
            return upload
        self._room.take(body.size)
        return replace(upload, content=BytesAhead(body))

    def _is_to_be_read(self, content: Content) -> bool:
        if content.is_at_hand:
            return content.size <= self._max_size
        return (
            isinstance(content, SourceFile)
            and content.size <= min(self._max_size, MAX_SIZE_UNREAD)
            and self._patience > 0
        )

    def _body_of(self, content: Content) -> Body:
        if self._body is None or self._content is not content:
            self._content, self._body = content, None
            began = time.perf_counter()
            self._body = content.body()
            self._patience += QUICK - (time.perf_counter() - began)
        return self._body

    def putting(
        self, put: Callable[[Upload], ObjectInfo]
    ) -> Callable[[Upload], ObjectInfo]:
        """Return ``put`` for what was read; it makes room afterwards."""

        def put_and_make_room(upload: Upload) -> ObjectInfo:
            try:
                return put(upload)
            finally:
                if isinstance(upload.content, BytesAhead):
                    self._room.give_back(upload.content.size)

        return put_and_make_room


class BytesAhead(HeldBytes):
    """Bytes that are in memory to be put, and their MD5."""

    def __init__(self, body: Body) -> None:
        super().__init__(body.getvalue())
        self._md5 = body.md5
