"""Requests that no client's library would send, and which answers come to them over one connection.

Where two servers in a row read one of them differently, one would answer a question to somebody else: a second request
hides in what the first one takes for its body, or the other way round.
"""

from __future__ import annotations

_POST = b"POST /sign-in HTTP/1.1\r\nHost: a\r\n"
_CHUNKED = _POST + b"Transfer-Encoding: chunked\r\n\r\n"
HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
_LENGTH = b"Content-Length: %d\r\n" % len(HIDDEN)

REQUESTS: dict[str, tuple[bytes, list[int]]] = {
    # What is one question for everybody gets one answer, in its turn.
    "in a row": (HIDDEN.replace(b"Connection: close\r\n", b"") * 3 + HIDDEN, [200] * 4),
    "a request as a body": (_POST + _LENGTH + b"\r\n" + HIDDEN + HIDDEN, [403, 200]),
    "a request as the body of a GET": (
        b"GET /ogc HTTP/1.1\r\nHost: a\r\n" + _LENGTH + b"\r\n" + HIDDEN * 2,
        [200, 200],
    ),
    "chunks": (_CHUNKED + b"1\r\nA\r\n0\r\n\r\n" + HIDDEN, [403, 200]),
    "a trailer": (_CHUNKED + b"0\r\nX-Forwarded-Proto: https\r\n\r\n" + HIDDEN, [403, 200]),
    # What is two for some gets none.
    "length and chunks": (_POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN, [400]),
    "chunks of another name": (_POST + b"Transfer-Encoding: xchunked\r\n" + _LENGTH + b"\r\n" + HIDDEN, [501]),
    "chunks and no chunks": (_CHUNKED[:-2] + b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n" + HIDDEN, [400]),
    "a space before the colon": (_POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + HIDDEN, [400]),
    "chunks of HTTP/1.0": (_CHUNKED.replace(b"1.1", b"1.0") + b"0\r\n\r\n" + HIDDEN, [400]),
    "two lengths": (_POST + b"Content-Length: 0\r\n" + _LENGTH + b"\r\n" + HIDDEN, [400]),
    "a list of lengths": (_POST + b"Content-Length: 0, 51\r\n\r\n" + HIDDEN, [400]),
    "a length with a sign": (_POST + b"Content-Length: +0\r\n\r\n" + HIDDEN, [400]),
    "a length below nothing": (_POST + b"Content-Length: -1\r\n\r\n" + HIDDEN, [400]),
    "a length as Python writes it": (_POST + b"Content-Length: 5_1\r\n\r\n" + HIDDEN, [400]),
    "a length in full-width digits": (_POST + "Content-Length: ５１\r\n\r\n".encode() + HIDDEN, [400]),
    "a chunk below nothing": (_CHUNKED + b"-1\r\n\r\n0\r\n\r\n" + HIDDEN, [403, 400]),
    "a chunk as Python writes it": (_CHUNKED + b"0_1\r\nA\r\n0\r\n\r\n" + HIDDEN, [403, 400]),
    "a folded header": (b"GET /ogc HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n" + HIDDEN, [400]),
    "half an end of a line": (b"GET /ogc HTTP/1.1\r\nHost: a\r\nX: a\rY: b\r\n\r\n" + HIDDEN, [400]),
    "a NUL": (b"GET /ogc HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n" + HIDDEN, [400]),
    "ends of lines without CR": (b"GET /ogc HTTP/1.1\nHost: a\n\n" + HIDDEN, [400]),
    "two hosts": (b"GET /ogc//collections HTTP/1.1\r\nHost: a\r\nHost: evil.example\r\n\r\n" + HIDDEN, [400]),
    "no version": (b"GET /healthz\r\n\r\n" + HIDDEN, [400]),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400]),
    "a proxy's own line": (b"PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n" + HIDDEN, [400]),
    # No proxy of anybody's, and no mirror of what was asked.
    "another host in the line": (
        b"GET http://evil.example/ogc//collections HTTP/1.1\r\nHost: a\r\n\r\n" + HIDDEN,
        [308, 200],
    ),
    "a tunnel": (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: a\r\n\r\n" + HIDDEN, [404]),
    "a mirror": (b"TRACE / HTTP/1.1\r\nHost: a\r\nCookie: evil.example\r\n\r\n" + HIDDEN, [405, 200]),
    "of all": (b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n" + HIDDEN, [404, 200]),
    "a header of a proxy that is no header": (
        b"GET /staff/ogc HTTP/1.1\r\nHost: a\r\nX_Forwarded_Proto: https\r\n\r\n" + HIDDEN,
        [401, 200],
    ),
}
"""What it is: the bytes, and the statuses of what is answered, in order, until the connection is closed."""
