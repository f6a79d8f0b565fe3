"""A fitted neighbour model as bytes: arrays only, with a format number and a checksum."""

import hashlib
import io
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

FORMAT = 1
MAGIC = b"zhanggui.neighbours"
DIGEST_BYTES = 32
HEADER_BYTES = len(MAGIC) + 2 + DIGEST_BYTES


class ArtefactError(ValueError):
    """The bytes are no artefact, of another format, or were changed after saving."""


@dataclass(frozen=True)
class Artefact:
    """Neighbour lists by product: ids (int32, rows of `product_ids`, -1 none), similarities.

    `popularity` is the decayed popularity per product, the fallback where there are no lists.
    """

    product_ids: NDArray[Any]
    ids: NDArray[np.int32]
    similarities: NDArray[np.float32]
    popularity: NDArray[np.float32]

    def dump(self) -> bytes:
        """Magic, format, SHA-256 of the body, then an npz body without pickles."""
        body = io.BytesIO()
        np.savez(
            body,
            allow_pickle=False,
            product_ids=_plain(self.product_ids),
            ids=self.ids,
            similarities=self.similarities,
            popularity=self.popularity,
        )
        data = body.getvalue()
        return MAGIC + FORMAT.to_bytes(2, "big") + hashlib.sha256(data).digest() + data

    @classmethod
    def load(cls, data: bytes) -> Self:
        """Read what `dump` wrote; raises ArtefactError on anything else."""
        if not data.startswith(MAGIC) or len(data) < HEADER_BYTES:
            raise ArtefactError("not a neighbour artefact")
        version = int.from_bytes(data[len(MAGIC) : len(MAGIC) + 2], "big")
        if version != FORMAT:
            raise ArtefactError(f"format {version}, this program reads {FORMAT}")
        digest, body = data[len(MAGIC) + 2 : HEADER_BYTES], data[HEADER_BYTES:]
        if hashlib.sha256(body).digest() != digest:
            raise ArtefactError("checksum does not match: the artefact was changed or cut off")
        with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
            return cls(**{name: arrays[name] for name in arrays.files})


def _plain(ids: NDArray[Any]) -> NDArray[Any]:
    """Object arrays of text become fixed-width text, which needs no pickle."""
    return ids.astype(str) if ids.dtype.kind == "O" else ids
