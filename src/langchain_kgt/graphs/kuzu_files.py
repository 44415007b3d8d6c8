"""What lies around a Kuzu file, and whether it fits: the lock, the log, and a note of what was."""

from __future__ import annotations

import json
import os
import shutil
import socket
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock, Timeout

from langchain_kgt.errors import StoreError, StoreLockedError
from langchain_kgt.graphs.kuzu_database import log_bytes, log_of, shadow_of

_HEADER_BYTES = 4096
_NOTE_BYTES = 512
# With less than this left on the disk nothing is written.
RESERVE = 4 * 2**20
# What a checkpoint may need: some pages of every table at first, later the parts that it touches.
_CHECKPOINT_BYTES = 24 * 2**20
_TOUCHED_BYTES = 64 * 2**20


class Files:
    """The files of one database, while this process has it open.

    The lock is on a file of its own, of a kind that closing some other descriptor does not free.
    Beside it lies a note: who holds the database, which database it is, how many updates were
    acknowledged, and the file's first page as of the last checkpoint. It stays if the process is
    killed, and tells whoever opens the files next whether they belong together.

    Args:
        path: the database file, without links in it.

    Raises:
        StoreLockedError: another process holds it; the message names it.
        StoreError: something is missing, or does not fit.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._lock = FileLock(f"{path}.lock", blocking=False)
        self._note_path = f"{path}.holder"
        self._kept = f"{path}.kept"
        self._main: BinaryIO | None = None
        self._note: BinaryIO | None = None
        try:
            self._lock.acquire()
        except Timeout:
            holder = _read_note(self._note_path).get("holder", "another process")
            raise StoreLockedError(
                f"{path} is held by {holder}; end it, or give each process a path of its own"
            ) from None
        except OSError as error:
            raise StoreError(f"cannot lock {path}: {error}") from error
        self.noted = _read_note(self._note_path)

    def check_before(self) -> None:
        """Refuse what must not be opened: an empty file, a log without its database."""
        if not os.path.exists(self.path):
            for beside in (log_of(self.path), shadow_of(self.path)):
                if os.path.exists(beside):
                    raise StoreError(
                        f"{beside} belongs to a database that is not at {self.path}: put that "
                        "file back beside it, or move the log away to begin anew"
                    )
            self.noted = {}
            return
        self.restore()
        if os.path.getsize(self.path) == 0:
            raise StoreError(
                f"{self.path} is an empty file, which no database is: put a backup in its place, "
                "or remove it to begin anew"
            )
        self.opened()
        # A checkpoint that was cut short, whose pages are in the shadow file, changes the first
        # page.
        first = self.noted.get("first_page")
        cut_short = os.path.exists(shadow_of(self.path))
        if log_bytes(self.path) and first and not cut_short and first != self._first_page():
            raise StoreError(
                f"{log_of(self.path)} is not the log of {self.path} as it is now: put the file "
                "back that belongs to the log; or, to go on with this one, move the log and "
                f"{self._note_path} away"
            )

    def keep(self, identity: str, updates: int) -> None:
        """Before a checkpoint: keep the file as it is, and the size of its log.

        A checkpoint of Kuzu 0.11 writes some pages of its indexes in place: one that fails or is
        killed may leave a file to which its log does not apply any more.
        """
        self.note(identity, updates, durable=True, logged=log_bytes(self.path))
        try:
            self.copy_to(self._kept)
        except OSError as error:
            raise StoreError(f"no room for a checkpoint of {self.path}: {error}") from error

    def copy_to(self, target: str) -> None:
        """Copy the database file: what stands at the target is a whole copy, or what was before.

        Raises `OSError` if it cannot be written there.
        """
        assert self._main is not None
        half = f"{target}.half"
        try:
            with open(half, "wb") as copy:
                _copy(self._main, copy)
                copy.flush()
                os.fsync(copy.fileno())
            os.replace(half, target)
        except OSError:
            with suppress(OSError):
                os.unlink(half)
            raise

    def kept_is_done_with(self) -> None:
        """After the checkpoint."""
        with suppress(FileNotFoundError):
            os.unlink(self._kept)

    def restore(self) -> None:
        """Undo a checkpoint that did not come to its end, if there is one."""
        if not os.path.exists(self._kept):
            return
        logged = self.noted.get("log_bytes")
        # The log is emptied last: if it is all there, the checkpoint did not end. Where there was
        # none, what was under way is not acknowledged.
        if logged is not None and log_bytes(self.path) >= logged:
            with suppress(FileNotFoundError):
                os.truncate(log_of(self.path), logged)
            with suppress(FileNotFoundError):
                os.unlink(shadow_of(self.path))
            self.replaced_by(self._kept)
            self.opened()
        self.kept_is_done_with()

    def opened(self) -> None:
        """The database is there now: from here on it is this file that must stay in its place."""
        if self._main is None:
            try:
                self._main = open(self.path, "rb")  # noqa: SIM115
            except OSError as error:
                raise StoreError(f"cannot read {self.path}: {error}") from error

    def in_place(self) -> bool:
        """Whether the path still leads to the file that was opened."""
        assert self._main is not None
        try:
            return os.path.samestat(os.stat(self.path), os.fstat(self._main.fileno()))
        except (OSError, ValueError):  # gone, or closed already
            return False

    def note(self, identity: str, updates: int, *, durable: bool, logged: int = 0) -> None:
        """Write down what is acknowledged; durably where the file changes."""
        if durable:
            self.noted = {
                "holder": f"process {os.getpid()} on {socket.gethostname()}",
                "identity": identity, "first_page": self._first_page(), "log_bytes": logged,
            }
        self.noted["updates"] = updates
        if self._note is None:
            Path(self._note_path).touch()
            self._note = open(self._note_path, "r+b", buffering=0)  # noqa: SIM115
        self._note.seek(0)
        self._note.write(json.dumps(self.noted).encode().ljust(_NOTE_BYTES))
        if durable:
            os.fsync(self._note.fileno())

    def check_room(self) -> None:
        """Raise `StoreError` while the disk is full."""
        if self._room() < RESERVE:
            raise StoreError(
                f"the disk of {self.path} is full; make room (nothing of this call was written)"
            )

    def has_room_for_checkpoint(self) -> bool:
        """Whether a checkpoint may be begun: one that finds the disk full has to be gone over."""
        size = os.path.getsize(self.path)  # of what is kept meanwhile
        needed = _CHECKPOINT_BYTES + min(size, _TOUCHED_BYTES) + 4 * log_bytes(self.path) + size
        return self._room() > RESERVE + needed

    def _room(self) -> int:
        """Bytes that are free on the database's disk."""
        return shutil.disk_usage(self.path).free

    def replaced_by(self, fresh: str) -> None:
        """Put another file in the place of the database."""
        os.replace(fresh, self.path)
        if self._main is not None:
            self._main.close()
            self._main = None

    def release(self, *, whole: bool) -> None:
        """Let the lock go. If the file is whole without its log, the note is done with too."""
        for opened in (self._main, self._note):
            if opened is not None:
                opened.close()
        if whole:
            with suppress(OSError):
                os.unlink(self._note_path)
        # Removed while the lock is held: who waits for it looks whether the file is still there.
        with suppress(OSError):
            os.unlink(f"{self.path}.lock")
        self._lock.release()

    def _first_page(self) -> str:
        assert self._main is not None
        self._main.seek(0)
        return blake2b(self._main.read(_HEADER_BYTES), digest_size=16).hexdigest()


def checked(path: Path) -> str:
    """The real path of a database, or an error that says why there can be none."""
    if path.is_dir():
        raise StoreError(f"{path} is a folder; give the name of a file in it, such as memory.kuzu")
    if not path.absolute().parent.is_dir():
        raise StoreError(f"the folder {path.absolute().parent} does not exist; create it first")
    if path.exists() and not os.access(path, os.W_OK):
        raise StoreError(f"{path} is read-only; make it writable, or copy it elsewhere")
    if not os.access(path.absolute().parent, os.W_OK):
        raise StoreError(f"the folder {path.absolute().parent} is read-only; choose another path")
    return os.path.realpath(path)


def _copy(source: BinaryIO, target: BinaryIO) -> None:
    """Copy a file; where the file system can share the blocks, nothing moves."""
    size, place = os.fstat(source.fileno()).st_size, 0
    # Not on every platform, nor between all file systems.
    with suppress(AttributeError, OSError):
        while place < size and (
            copied := os.copy_file_range(
                source.fileno(), target.fileno(), size - place, place, place
            )
        ):
            place += copied
    if place < size:
        source.seek(0)
        shutil.copyfileobj(source, target)


def _read_note(path: str) -> dict[str, Any]:
    try:
        noted = json.loads(Path(path).read_bytes())
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}
