import numpy as np
import pytest

from recommendations.algorithms.artefact import FORMAT, MAGIC, Artefact, ArtefactError

SAVED = Artefact(
    product_ids=np.array(["a", "b"], object),
    ids=np.array([[1], [0]], np.int32),
    similarities=np.array([[0.5], [0.5]], np.float32),
    popularity=np.array([3, 1], np.float32),
    lists={"by words": (np.array([[0], [1]], np.int32), np.array([[1], [1]], np.float32))},
    tables={"factors": np.array([[0.1, 0.2], [0.3, 0.4]], np.float32)},
)


def test_what_is_saved_is_read_back():
    found = Artefact.load(SAVED.dump())
    assert found.product_ids.tolist() == ["a", "b"]
    for name in ("ids", "similarities", "popularity"):
        assert np.array_equal(getattr(found, name), getattr(SAVED, name))
        assert getattr(found, name).dtype == getattr(SAVED, name).dtype


def test_named_arrays_are_read_back():
    found = Artefact.load(SAVED.dump())
    assert np.array_equal(found.neighbours("by words")[0], [[0], [1]])
    assert np.array_equal(found.table("factors"), SAVED.tables["factors"])
    assert np.array_equal(found.neighbours()[0], SAVED.ids)
    assert np.array_equal(found.table(), SAVED.popularity)


def test_the_first_format_is_still_read():
    data = Artefact(SAVED.product_ids, SAVED.ids, SAVED.similarities, SAVED.popularity).dump()
    first = MAGIC + (1).to_bytes(2, "big") + data[len(MAGIC) + 2 :]
    assert np.array_equal(Artefact.load(first).ids, SAVED.ids)


@pytest.mark.parametrize("place", [len(MAGIC) + 5, 200, -1])
def test_a_changed_byte_is_refused(place):
    data = bytearray(SAVED.dump())
    data[place] ^= 1
    with pytest.raises(ArtefactError, match="checksum"):
        Artefact.load(bytes(data))


def test_another_format_and_other_bytes_are_refused():
    data = SAVED.dump()
    other = MAGIC + (FORMAT + 1).to_bytes(2, "big") + data[len(MAGIC) + 2 :]
    with pytest.raises(ArtefactError, match="format 3"):
        Artefact.load(other)
    with pytest.raises(ArtefactError, match="not a neighbour artefact"):
        Artefact.load(b"PK\x03\x04")
    with pytest.raises(ArtefactError, match="checksum"):
        Artefact.load(data[:-10])
