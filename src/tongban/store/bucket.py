"""Attachments in a bucket of an object store that speaks S3 (MinIO, Ceph, OSS, COS, OBS and others). Needs the extra ``object-storage``.

The address is one line, secret and all: ``https://KEY:SECRET@objects.county.example:9000/bucket``, with a path below the
bucket and ``?region=`` where the store wants one. The operator set it at the machine, so it may lie inside. An answer is
waited for as long as a reader of a page would wait.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Protocol, TypeVar, cast
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from msgspec import Struct

from tongban.store.shelf import AwayError, name_of, path_of

CONNECT, ANSWER, TRIES = 3.0, 20.0, 2
"""Seconds to connect and for each part of an answer; how often it is tried again."""
WHOLE = 64 * 2**20
"""Bytes up to which a file goes in one request, so that it is there whole or not at all: more than any file that is taken."""
PASSING = (500, 502, 503, 504)
"""Answers of a store that may be another at the next try; each of our requests does the same however often it is sent."""
GONE = frozenset({"NoSuchKey", "NoSuchObject"})
Done = TypeVar("Done")


class _Answer(Protocol):
    @property
    def data(self) -> bytes: ...
    def close(self) -> None: ...
    def release_conn(self) -> None: ...


class _Object(Protocol):
    @property
    def object_name(self) -> str | None: ...


class _Versioning(Protocol):
    @property
    def status(self) -> str: ...


class _Client(Protocol):
    """What is used of ``minio.Minio``."""

    def stat_object(self, bucket_name: str, object_name: str) -> object: ...
    def put_object(
        self, bucket_name: str, object_name: str, data: io.BytesIO, length: int, *, part_size: int
    ) -> object: ...
    def get_object(self, bucket_name: str, object_name: str) -> _Answer: ...
    def remove_object(self, bucket_name: str, object_name: str) -> None: ...
    def list_objects(self, bucket_name: str, prefix: str, recursive: bool) -> Iterable[_Object]: ...
    def get_bucket_versioning(self, bucket_name: str) -> _Versioning: ...


class Bucket(Struct, frozen=True):
    """``below``: the path within the bucket, "" or with a slash at its end."""

    client: _Client
    bucket: str
    below: str

    def put(self, name: str, data: bytes) -> None:
        key = self._key(name)
        try:
            _asked(lambda: self.client.stat_object(self.bucket, key))
        except FileNotFoundError:
            _asked(
                lambda: self.client.put_object(self.bucket, key, io.BytesIO(data), len(data), part_size=WHOLE)
            )

    def get(self, name: str) -> bytes:
        key = self._key(name)

        def read() -> bytes:
            answer = self.client.get_object(self.bucket, key)
            try:
                return answer.data
            finally:
                answer.close()
                answer.release_conn()

        return _asked(read)

    def drop(self, name: str) -> None:
        key = self._key(name)
        try:
            _asked(lambda: self.client.remove_object(self.bucket, key))
        except FileNotFoundError:
            return

    def names(self) -> Iterator[str]:
        listed = _asked(lambda: list(self.client.list_objects(self.bucket, self.below, True)))
        for each in listed:
            if name := name_of((each.object_name or "").removeprefix(self.below)):
                yield name

    def keeps_versions(self) -> bool:
        """Whether what is dropped would live on as an older version. Raises ``AwayError``."""
        return _asked(lambda: self.client.get_bucket_versioning(self.bucket)).status == "Enabled"

    def _key(self, name: str) -> str:
        return self.below + path_of(name)


def _asked(act: Callable[[], Done]) -> Done:
    """What the store answers. Raises ``FileNotFoundError`` for an object that is not there, ``AwayError`` for all that is wrong."""
    from minio.error import MinioException, S3Error
    from urllib3.exceptions import HTTPError

    try:
        return act()
    except S3Error as fault:
        if fault.code in GONE:
            raise FileNotFoundError(fault.code) from fault
        raise AwayError(f"object storage: {fault.code}") from fault
    except (MinioException, HTTPError, OSError) as fault:
        raise AwayError(f"object storage: {type(fault).__name__}") from fault


def parts_of(address: str) -> SplitResult:
    """Raises ``ValueError`` for what names no store with a key, its secret and a bucket; it never repeats the secret."""
    parts = urlsplit(address)
    fit = parts.scheme in ("https", "http") and parts.hostname and parts.username and parts.password
    if not fit or not parts.path.strip("/") or parts.fragment or set(parse_qs(parts.query)) - {"region"}:
        raise ValueError(
            "TONGBAN_OBJECTS is https://KEY:SECRET@host:port/bucket, with ?region= where one is wanted"
        )
    return parts


@cache
def bucket_at(address: str) -> Bucket:
    """The bucket of an address; connects to nothing yet. One set of connections a process."""
    import urllib3
    from minio import Minio

    parts = parts_of(address)
    bucket, _, below = parts.path.strip("/").partition("/")
    [region] = parse_qs(parts.query).get("region", ["us-east-1"])
    client = Minio(
        parts.netloc.rpartition("@")[2],
        access_key=unquote(parts.username or ""),
        secret_key=unquote(parts.password or ""),
        secure=parts.scheme == "https",
        region=region,
        http_client=urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT, read=ANSWER),
            retries=urllib3.Retry(total=TRIES, redirect=0, backoff_factor=0.2, status_forcelist=PASSING),
            maxsize=8,
        ),
    )
    return Bucket(cast("_Client", client), bucket, f"{below}/" if below else "")
