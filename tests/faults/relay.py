"""A line between the web server and its database that can be cut, also in the worst moment: after the database has acted, before it is heard."""

from __future__ import annotations

import select
import socket
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread


class Relay:
    """A socket in ``folder`` that stands for the one at ``target``. ``deaf``: what is asked arrives, no answer comes back."""

    def __init__(self, target: Path, folder: Path) -> None:
        self.target = str(target)
        self.cut, self.deaf = Event(), Event()
        self.open: list[socket.socket] = []
        self.lock = Lock()
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(folder / target.name))
        (folder / target.name).chmod(0o777)
        self.server.listen(64)
        Thread(target=self._accept, daemon=True).start()

    def cut_now(self) -> None:
        """Every line that is open breaks, and none can be opened."""
        self.cut.set()
        with self.lock:
            for each in self.open:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            self.open.clear()

    def mend(self) -> None:
        self.cut.clear()
        self.deaf.clear()

    def close(self) -> None:
        self.cut_now()
        self.server.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.server.accept()
            except OSError:
                return
            if self.cut.is_set():
                near.close()
                continue
            Thread(target=self._pass, args=(near,), daemon=True).start()

    def _pass(self, near: socket.socket) -> None:
        """Carry both ways until one end closes or the line is cut."""
        with near, socket.socket(socket.AF_UNIX) as far, suppress(OSError):
            with self.lock:
                self.open += [near, far]
            far.connect(self.target)
            while True:
                for source in select.select([near, far], [], [])[0]:
                    data = source.recv(65536)
                    if not data:
                        return
                    if source is far and self.deaf.is_set():
                        continue
                    (near if source is far else far).sendall(data)
