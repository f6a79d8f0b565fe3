"""A fitted model as bytes: arrays only, with a format number and a checksum."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

FORMAT = 2
READABLE = (1, 2)  # format 1 had neither named lists nor named tables
MAGIC = b"zhanggui.neighbours"
DIGEST_BYTES = 32
HEADER_BYTES = len(MAGIC) + 2 + DIGEST_BYTES
Lists = tuple[NDArray[np.int32], NDArray[np.float32]]


class ArtefactError(ValueError):
    """The bytes are no artefact, of another format, or were changed after saving."""


@dataclass(frozen=True)
class Artefact:
    """Neighbour lists by product: ids (int32, rows of `product_ids`, -1 none), similarities.

    `popularity` is the decayed popularity per product, the fallback where there are no lists. A
    blend has several: `lists` by name, and `tables` by name: a score per product, or factors.
    """

    product_ids: NDArray[Any]
    ids: NDArray[np.int32]
    similarities: NDArray[np.float32]
    popularity: NDArray[np.float32]
    lists: Mapping[str, Lists] = field(default_factory=dict)
    tables: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)

    def neighbours(self, name: str = "") -> Lists:
        """The lists of that name; those of the only model where no name is given."""
        return self.lists[name] if name else (self.ids, self.similarities)

    def table(self, name: str = "") -> NDArray[np.float32]:
        """The table of that name; popularity where no name is given."""
        return self.tables[name] if name else self.popularity

    def dump(self) -> bytes:
        """Magic, format, SHA-256 of the body, then an npz body without pickles."""
        body = io.BytesIO()
        arrays: dict[str, NDArray[Any]] = {
            "product_ids": _plain(self.product_ids),
            "ids": self.ids,
            "similarities": self.similarities,
            "popularity": self.popularity,
        }
        for name, (ids, similarities) in self.lists.items():
            arrays |= {f"ids/{name}": ids, f"similarities/{name}": similarities}
        arrays |= {f"table/{name}": table for name, table in self.tables.items()}
        np.savez(body, allow_pickle=False, **arrays)
        data = body.getvalue()
        return MAGIC + FORMAT.to_bytes(2, "big") + hashlib.sha256(data).digest() + data

    @classmethod
    def load(cls, data: bytes) -> Self:
        """Read what `dump` wrote; raises ArtefactError on anything else."""
        if not data.startswith(MAGIC) or len(data) < HEADER_BYTES:
            raise ArtefactError("not a neighbour artefact")
        version = int.from_bytes(data[len(MAGIC) : len(MAGIC) + 2], "big")
        if version not in READABLE:
            raise ArtefactError(f"format {version}, this program reads {FORMAT}")
        digest, body = data[len(MAGIC) + 2 : HEADER_BYTES], data[HEADER_BYTES:]
        if hashlib.sha256(body).digest() != digest:
            raise ArtefactError("checksum does not match: the artefact was changed or cut off")
        with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
            return cls._of({name: arrays[name] for name in arrays.files})

    @classmethod
    def _of(cls, arrays: dict[str, NDArray[Any]]) -> Self:
        plain = {name: array for name, array in arrays.items() if "/" not in name}
        named = [name.split("/", 1)[1] for name in arrays if name.startswith("ids/")]
        return cls(
            **plain,
            lists={n: (arrays[f"ids/{n}"], arrays[f"similarities/{n}"]) for n in named},
            tables={
                name.split("/", 1)[1]: array
                for name, array in arrays.items()
                if name.startswith("table/")
            },
        )


def _plain(ids: NDArray[Any]) -> NDArray[Any]:
    """Object arrays of text become fixed-width text, which needs no pickle."""
    return ids.astype(str) if ids.dtype.kind == "O" else ids
