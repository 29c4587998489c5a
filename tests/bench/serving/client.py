"""Asks a server over one connection that is kept, and counts what it answers: by the standard library alone.

python -I client.py < QUESTION.json
"""

from __future__ import annotations

import json
import socket
import sys
import time

PATIENCE_S = 120


def main() -> int:
    """Ask as told on standard input, and write what came as JSON."""
    asked = json.loads(sys.stdin.read())
    host, _, port = asked["address"].rpartition(":")
    head = "".join(f"{name}: {value}\r\n" for name, value in asked["headers"].items())
    requests = [f"GET {path} HTTP/1.1\r\nHost: {asked['address']}\r\n{head}\r\n".encode() for path in asked["paths"]]
    count, size, statuses = 0, 0, set()
    began = time.perf_counter()
    with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answers = _Answers(connection)
        while requests:
            status, length = answers.next(requests[count % len(requests)])
            count, size = count + 1, size + length
            statuses.add(status)
            is_over = time.perf_counter() - began > asked["seconds"] if asked["seconds"] else count == len(requests)
            if is_over:
                break
    took_s = time.perf_counter() - began
    print(json.dumps({"count": count, "size": size, "statuses": sorted(statuses), "took_s": took_s}))
    return 0


class _Answers:
    """Reads answers of HTTP/1.1 from a connection: their status, and how many bytes their bodies have."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection, self.kept = connection, b""

    def next(self, request: bytes) -> tuple[int, int]:
        """Send a request and read its answer to the end."""
        self.connection.sendall(request)
        head = self._until(b"\r\n\r\n")
        status, fields = int(head[9:12]), head.lower()
        if status in (204, 304):
            return status, 0
        if b"transfer-encoding: chunked" in fields:
            return status, self._chunks()
        length = int(fields.partition(b"content-length:")[2].partition(b"\r\n")[0])
        self._take(length)
        return status, length

    def _chunks(self) -> int:
        size = 0
        while length := int(self._until(b"\r\n").partition(b";")[0], 16):
            self._take(length + 2)
            size += length
        self._take(2)
        return size

    def _until(self, mark: bytes) -> bytes:
        while mark not in self.kept:
            self.kept += self._more()
        found, _, self.kept = self.kept.partition(mark)
        return found

    def _take(self, length: int) -> None:
        have = len(self.kept)
        if have >= length:
            self.kept = self.kept[length:]
            return
        while have < length:
            more = self._more()
            have += len(more)
            self.kept = more[len(more) - (have - length) :] if have > length else b""

    def _more(self) -> bytes:
        more = self.connection.recv(1 << 18)
        if not more:
            raise ConnectionError("the server has closed the connection")
        return more


if __name__ == "__main__":
    sys.exit(main())
