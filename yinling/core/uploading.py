"""Large files over HTTP: never in memory, and on disk only sealed, under a key that nobody writes down."""

import io
import tempfile
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from yinling.core.sealing.streams import CHUNK, SealingWriter, UnsealingReader, new_file_key


class SealedUploadHandler(FileUploadHandler):
    """Takes a file of a form up to `limit` bytes; a larger one is not read to its end, and the form lacks it."""

    chunk_size = CHUNK

    def __init__(self, request: Any = None, *, limit: int) -> None:
        super().__init__(request)
        self._limit = limit
        self.too_large = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        folder = Path(settings.FILES_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        self._file = cast(io.BufferedRandom, tempfile.TemporaryFile(dir=folder))  # noqa: SIM115 - the form's file
        self._key = new_file_key()
        self._writer = SealingWriter(self._file, self._key)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > self._limit:
            self.too_large = True
            raise StopUpload(connection_reset=True)
        self._writer.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        self._writer.close()
        self._file.flush()
        self._file.seek(0)
        opened = io.BufferedReader(UnsealingReader(self._file, self._key), CHUNK)
        return UploadedFile(opened, self.file_name, self.content_type, file_size, self.charset)
