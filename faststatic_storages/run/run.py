"""One run: from the first save to the last deletion, one state after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from faststatic_storages.providers.base import Provider
from faststatic_storages.run import collectstatic
from faststatic_storages.run.account import Account
from faststatic_storages.run.bucket import KnownBucket
from faststatic_storages.run.errors import RunError
from faststatic_storages.run.files import Files
from faststatic_storages.run.keys import remembered_keys
from faststatic_storages.run.listing import Listing
from faststatic_storages.run.memory import LEDGER_NAME, Memory
from faststatic_storages.run.once import Once
from faststatic_storages.run.progress import HASHING
from faststatic_storages.run.run_options import RunOptions
from faststatic_storages.run.search import Foreseen
from faststatic_storages.run.sender import BucketSender, Delete, DrySender, Sender
from faststatic_storages.run.sources import Sources
from faststatic_storages.run.state import State, during, leads
from faststatic_storages.sync.content import Content, HeldBytes
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.leftovers import KeysInUse, plan_deletions
from faststatic_storages.sync.plan import Plan, Reason
from faststatic_storages.sync.send import SyncError
from faststatic_storages.sync.upload import Overtaken, Upload

if TYPE_CHECKING:
    from faststatic_storages.run.clearing import Clearing

T = TypeVar("T")

SENT_FIRST = (Reason.NEW, Reason.UNKNOWN)
SENT_NEXT = (Reason.CHANGED, Reason.HEADERS)
SENT = (*SENT_FIRST, *SENT_NEXT, Reason.FORCED)
GONE = (Reason.DELETED, Reason.LEFT_OVER)
KEPT = (Reason.OF_A_RELEASE, Reason.YOUNG, Reason.SPARED)


class Run:
    """
    What a run saved and deleted, and how far it is with publishing that.

    Until ``upload()`` nothing reaches the bucket. Each method says for which state it
    is, and where it leads; at the wrong time it is a ``WrongState``.
    """

    def __init__(
        self, provider: Provider, listing: Listing | None, options: RunOptions
    ) -> None:
        self.state = State.OPEN
        self.provider = provider
        self.options = options
        self.sources = Sources(partial(options.progress.advance, HASHING))
        self._coming = Once(options.upcoming)
        self.files = Files(
            listing,
            max_memory=options.max_staged_memory,
            upcoming=self._upcoming,
        )
        self.key = remembered_keys(provider, self.files.shared)
        self._has_listing = listing is not None
        self.bucket = KnownBucket(
            provider,
            self.files,
            may_ask=options.may_ask,
            memory=self._new_memory(),
            upload=self._upload,
        )
        self.has_manifest = False
        """Whether the run writes a manifest."""
        self._joined = 0
        self.plan = Plan({})
        self.account = Account(provider, options)
        self._unsent: set[str] = set()
        self._manifest_key: str | None = None
        self._expected: str | None = None
        self._manifest_writers: list[Callable[[], None]] = []
        self._uploads: dict[str, Upload] = {}
        self._parts: dict[type, Any] = {}

    def part(self, kind: type[T]) -> T:
        """Return what another layer remembers for as long as the run lasts."""
        if kind not in self._parts:
            self._parts[kind] = kind()
        part: T = self._parts[kind]
        return part

    @during(State.OPEN, State.HASHED, State.UPLOADED)
    def save(self, key: str, content: Content, upload: Upload | None = None) -> None:
        """
        Stage ``content`` under ``key``.

        ``upload`` is how it is sent, where that can be told only now. What is saved
        when all else is uploaded is sent before the manifest.
        """
        self.files.save(key, content)
        self._uploads.pop(key, None)
        if upload is not None:
            self._uploads[key] = upload
        if self.state is State.UPLOADED:
            self._add_to_plan(self.bucket.reasons([key]))

    @during(State.UPLOADED)
    def save_anew(self, key: str, content: Content) -> None:
        """Have ``content`` sent before the manifest, even if it is there already."""
        self.files.save(key, content)
        self._add_to_plan({key: Reason.FORCED})

    @during(State.OPEN, State.UPLOADED)
    def delete(self, key: str, *, by_name: bool) -> None:
        self.files.delete(key, by_name=by_name)

    @during(State.OPEN)
    def write_manifest_later(self, write: Callable[[], None]) -> None:
        """Have the manifest written by ``write`` when all that it names is there."""
        self._manifest_writers.append(write)
        self.has_manifest = True

    def start_listing(self, listing: Listing) -> None:
        """List what is there, and read what earlier runs have left of it."""
        memory = self.bucket.memory
        body = listing.start(
            self.options.progress,
            self.foreseen,
            then=lambda index: memory.body(index.get) if memory is not None else b"",
        )
        if memory is not None:
            memory.coming = body

    def exists(self, key: str) -> bool | None:
        """Return whether the key exists, ``None`` if only the bucket can tell."""
        exists, at_hand = self.files.exists(key), self.sources.at_hand
        is_remote = exists and self.files.content(key) is None
        if is_remote and at_hand is not None and at_hand.hashed_key == key:
            # Its name was made of these bytes, which proves nothing of the object's.
            return self.bucket.holds(key, at_hand.source)
        return exists

    @during(State.OPEN)
    def join(self, *, clear: bool = False) -> None:
        """Let a command, or a ``post_process()``, be a part of this run."""
        self._joined += 1
        if clear:
            self.options = replace(self.options, clear=True)

    @during(State.OPEN)
    def begin_hashing(self, total: int) -> None:
        """
        Say that so many files are about to be hashed.

        With ``--clear``, what is only in the bucket is no file to refer to.
        """
        self.options.progress.begin(HASHING, total)
        self.files.ignores_bucket = self.options.clear and self._has_listing

    @during(State.OPEN)
    def leave(self) -> None:
        """Say that what joined has come to its end."""
        self._joined -= 1

    @leads(State.OPEN, State.HASHED)
    def end_hashing(self) -> None:
        """Check that what joined the run is complete."""
        self.options.progress.end()
        if self._joined:
            raise RunError(
                "A collectstatic inside this staged() block failed, so nothing of the "
                "block was published. Cure its error, or let it leave the block."
            )
        if self.options.dry_run:
            # The command saves nothing in a dry run, and the plan needs it all.
            self.files.save_found()

    @leads(State.HASHED, State.PLANNED)
    def make_plan(
        self,
        manifest_key: str | None,
        in_use: Callable[[], KeysInUse],
        clearing: Clearing | None = None,
    ) -> None:
        """
        Decide what happens to each key; nothing is sent, and every refusal comes here.

        ``manifest_key`` goes after all others. ``in_use`` is asked where something may
        be deleted, ``clearing`` with ``--clear``.
        """
        self._manifest_key = manifest_key
        clear, index, files = self.options.clear, self.files.index, self.files
        # To walk the manifests takes longer than all else here.
        used = in_use() if clear or files.deleted_by_name else KeysInUse()
        # A site would ask for what the manifest names, whoever deleted it.
        files.restore(used.served)
        # Where nothing is listed, --clear itself deletes one file after the other.
        candidates = set(files.deleted if clear else files.deleted_by_name)
        if index is not None:
            candidates = (
                {*index} if clear else {*filter(index.__contains__, candidates)}
            )
        elif clear and not candidates:
            self.options.log("--clear deletes nothing that is not listed.", 1)
        decide = partial(
            plan_deletions,
            candidates,
            prefix=self.key(""),
            clear=clear,
            is_stored=self._is_stored,
            deleted=files.deleted_by_name,
            in_use=used,
        )
        deletions = decide()
        if clearing is not None:
            clearing.consider(manifest_key, deletions)
            deletions = decide(reason_to_keep=clearing.reason_to_keep)
            clearing.check(deletions)
        self._add_to_plan(self.bucket.reasons(self.files.staged))
        if manifest_key is not None and self._is_unseen(manifest_key):
            # Whoever published last, the site is to be at what this run collected.
            self._add_to_plan({manifest_key: Reason.UNKNOWN})
        self._add_to_plan(deletions)

    @leads(State.PLANNED, State.UPLOADED)
    def upload(self) -> None:
        """
        Send everything but the manifest; replace nothing before all new keys are up.

        Returns when all of it is confirmed; raises ``SyncError``.
        """
        if (memory := self.bucket.memory) is not None and memory.is_blind:
            memory.forget(self.plan.keys(*SENT_NEXT))
            self._store_memory()
        groups = [
            [key for key in self.plan.keys(*reasons) if key != self._manifest_key]
            for reasons in (SENT_FIRST, SENT_NEXT)
        ]
        with self.account.uploading(sum(map(len, groups))):
            for keys in groups:
                self._send(keys)

    @property
    def replaces_manifest(self) -> bool:
        """Whether a manifest is to be sent, in the place of one that was listed."""
        key = self._manifest_key
        is_sent = key in self._unsent and not self.options.dry_run
        return is_sent and key is not None and self.bucket.find(key) is not None

    @leads(State.UPLOADED, State.HASHED)
    def look_again(self, hashed_files: Mapping[str, str]) -> None:
        """
        Go back to where plans are made, as the bucket may be another by now.

        ``hashed_files`` is the manifest that somebody has put in place meanwhile. What
        the bucket held is compared once more, and sent if it is gone.
        """
        self.options = replace(self.options, hashed_files_before=hashed_files)
        self.files.list_again(self._foreseen_again)
        for key, content in self.bucket.held.items():
            if key not in self.files.staged and key not in self.files.deleted:
                self.files.save(key, content)
        self._unsent.clear()
        self.plan = Plan({})

    @leads(State.UPLOADED, State.PUBLISHED)
    def publish(self, *, is_guarded: bool = False) -> None:
        """
        Send what was saved since, then the manifest.

        Raises ``Overtaken`` if it ``is_guarded`` and the manifest that was listed may
        not be there any more.
        """
        while self._manifest_writers and not self.options.dry_run:
            self._manifest_writers.pop(0)()
        self._send([key for key in self._unsent if key != self._manifest_key])
        self._expected = self._listed_mark() if is_guarded else None
        try:
            self._send([*self._unsent])
        except SyncError as error:
            if any(isinstance(one.error, Overtaken) for one in error.failures):
                raise Overtaken from error
            raise
        self._remember()

    @during(State.PUBLISHED)
    def spare(self, keys: Container[str]) -> list[str]:
        """Let these stay, whatever the plan says; return those that were to go."""
        spared = [key for key in self.plan.keys(*GONE) if key in keys]
        reasons = dict(self.plan.reasons)
        for key in spared:
            del reasons[key]
        self.plan = Plan(reasons)
        return spared

    @leads(State.PUBLISHED, State.CLEARED)
    def clear(self, delete: Mapping[Reason, Delete]) -> list[str]:
        """
        Delete what goes, and return it; raise ``ProviderError``.

        ``delete`` has a project's own way to delete a name, where there is one.
        """
        gone = self.plan.keys(*GONE)
        with self.account.deleting(len(gone)):
            for reason in GONE:
                if keys := self.plan.keys(reason):
                    self.account.tell_deletions(keys, reason)
                    self._sender.delete(keys, delete.get(reason))
                    self.account.note_deleted(len(keys))
        return gone

    def close(self) -> None:
        """Let go of everything, however far the run came."""
        self.options.progress.abandon()
        self.state = State.CLOSED
        self.files.close()

    def size(self, key: str) -> int:
        """Return the bytes that are saved under a key, or else those in the bucket."""
        if (content := self.files.staged.get(key)) is not None:
            return content.size
        info = self.bucket.find(key)
        return (info.size or 0) if info is not None else 0

    def unchanged(self, named: Iterable[str]) -> set[str]:
        """
        Return the keys of the site's objects that are as they were.

        ``named`` are the keys that the manifest names: what is not stored anew is
        there.
        """
        files, keys = self.files, set(self.files.staged)
        # One set of a large site's keys takes some megabytes.
        keys.update(key for key in files.found if files.is_stored(key))
        keys.update(key for key in named if key not in files.deleted)
        keys.difference_update(self.account.sent)
        return keys

    def _is_stored(self, key: str) -> bool:
        memory = self.bucket.memory
        is_ledger = memory is not None and key == memory.key
        return is_ledger or self.files.is_stored(key)

    def _is_unseen(self, key: str) -> bool:
        """Return whether what is staged was compared with what is remembered alone."""
        memory = self.bucket.memory
        is_blind = memory is not None and memory.is_blind
        return is_blind and key in self.files.staged

    def _new_memory(self) -> Memory | None:
        resends = self.options.ledger == "resend"
        everything = self.options.ledger is True or resends
        # Where nobody lists, what somebody else deletes is not noticed: that is for
        # the project to decide.
        is_blind = not self._has_listing and not self.options.may_ask and everything
        if not self.options.ledger or not (self._has_listing or is_blind):
            return None
        return Memory(
            self.provider,
            self.key(LEDGER_NAME),
            self._find,
            everything=everything,
            resends=resends,
            is_blind=is_blind,
        )

    def _find(self, key: str) -> ObjectInfo | None:
        return self.bucket.find(key)

    def foreseen(self) -> Foreseen:
        """
        Return what is probably going to be asked about.

        That is what the site has now, and what is about to be saved; what else a
        project saves is mostly what it saved the last time.
        """
        options, prefix = self.options, self.key("")
        before = options.hashed_files_before or {}
        names = chain(
            filter(None, (LEDGER_NAME, options.manifest_name)),
            *(before, before.values()),
            (collectstatic.name_of(*source) for source in self._coming),
        )
        is_all = bool(before) or options.foresees_all
        # Of an odd name it may be another key, which then is asked about.
        keys = (f"{prefix}{name}" for name in names)
        return Foreseen(keys, is_all and not options.clear)

    def _foreseen_again(self) -> Foreseen:
        keys, is_all = self.foreseen()
        return Foreseen(chain(keys, self.files.staged, self.files.found), is_all)

    def _upcoming(self) -> Iterable[Content]:
        return (self.sources.file(*source) for source in self._coming)

    def _add_to_plan(self, reasons: dict[str, Reason]) -> None:
        self._unsent.update(Plan(reasons).keys(*SENT))
        self.plan = Plan({**self.plan.reasons, **reasons})

    @property
    def _sender(self) -> Sender:
        if self.options.dry_run:
            return DrySender()
        return BucketSender(
            self.provider,
            self.options.max_workers,
            self._upload,
            self.account,
        )

    def _upload(self, key: str, content: Content) -> Upload:
        upload = self._uploads.get(key) or self.provider.upload(key, content)
        is_manifest = key == self._manifest_key
        return replace(upload, expected=self._expected) if is_manifest else upload

    def _listed_mark(self) -> str | None:
        """Return by what the manifest is known that was listed."""
        if self._manifest_key is None:
            return None
        info = self.files.listed(self._manifest_key)
        return info.mark if info is not None else None

    def _send(self, keys: Iterable[str]) -> None:
        contents = {key: self.files.staged[key] for key in keys}
        sending = self._sender.put(contents)
        self.account.pass_on_notes()
        for info in sending:
            self._unsent.discard(info.key)
            reason, index = self.plan.reasons[info.key], self.files.index or ()
            is_new = reason in (Reason.NEW, Reason.FORCED) and info.key not in index
            self.account.note_sent(info, reason, is_new=is_new)
            if not self.options.dry_run:
                self.bucket.note(info, contents[info.key])

    def _remember(self) -> None:
        """Store what was noted, for runs to come."""
        if (memory := self.bucket.memory) is not None:
            memory.keep(self.files.remaining({*self.plan.keys(*GONE)}))
            self._store_memory()

    def _store_memory(self) -> None:
        memory = self.bucket.memory
        if memory is None or self.options.dry_run:
            return
        if (body := memory.take_body()) is not None:
            deque(self._sender.put({memory.key: HeldBytes(body)}))
