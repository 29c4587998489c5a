"""How gunicorn runs the site: two processes of four threads each, as measured in docs/decisions.md."""

from webmap import application  # noqa: F401  loaded once, before the processes part
from webmap.serving.patience import tls_context

ssl_context = tls_context
# None moves the root of addresses: what a proxy takes for /staff would be answered as residents', and kept.
forwarder_headers = ""
worker_class = "webmap.serving.patience.PatientWorker"
workers = 2
threads = 4
# A map asks for many tiles in a row: keep the connection.
keepalive = 30
timeout = 120
graceful_timeout = 10
# Heartbeats touch a file: never on a disk that a load keeps busy.
worker_tmp_dir = "/dev/shm"  # noqa: S108  gunicorn makes a file of its own there
control_socket_disable = True
loglevel = "warning"
# A filter of 4,000 characters is longer in an address.
limit_request_line = 8190
# The system's own way to send a file waits for ever for whoever doesn't take it.
sendfile = False
