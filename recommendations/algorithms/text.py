"""Titles and descriptions as sparse vectors, in any script; Chinese is cut into words first."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
WORD = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[^\W_]+", re.UNICODE)
LONGEST = 4
LONELY = 1.0  # nats: of two cuts alike, the one that leaves no character alone


@dataclass
class Segmenter:
    """Cuts Chinese text into the words that the shop's own texts show to belong together.

    A string of 2 to 4 characters is a word if it occurs `min_count` times and its mutual
    information per cut is at least `cohesion` nats; a text is cut along the most probable path.
    """

    min_count: int = 3
    cohesion: float = 1.5
    log_probability_: dict[str, float] = field(init=False, repr=False, default_factory=dict)

    def fit(self, texts: Iterable[str]) -> "Segmenter":
        """Learn the words from the runs of Chinese characters in `texts`."""
        counts: Counter[str] = Counter()
        for text in texts:
            for run in HAN.findall(text):
                for size in range(1, LONGEST + 1):
                    counts.update(run[i : i + size] for i in range(len(run) - size + 1))
        total = sum(count for word, count in counts.items() if len(word) == 1)
        self.log_probability_ = {
            word: math.log(count / total) - LONELY * (len(word) == 1)
            for word, count in counts.items()
            if len(word) == 1 or self._coheres(word, count, counts, total)
        }
        return self

    def _coheres(self, word: str, count: int, counts: Counter[str], total: int) -> bool:
        if count < self.min_count:
            return False
        weakest = min(
            math.log(count * total / (counts[word[:cut]] * counts[word[cut:]]))
            for cut in range(1, len(word))
        )
        return weakest >= self.cohesion

    def words(self, run: str) -> list[str]:
        """The most probable cut of one run of Chinese characters."""
        unknown = -20.0
        best: list[tuple[float, int]] = [(0.0, 0)]
        for end in range(1, len(run) + 1):
            options = [
                (best[start][0] + self.log_probability_.get(run[start:end], unknown), start)
                for start in range(max(0, end - LONGEST), end)
                if end - start == 1 or run[start:end] in self.log_probability_
            ]
            best.append(max(options))
        words: list[str] = []
        end = len(run)
        while end > 0:
            words.append(run[best[end][1] : end])
            end = best[end][1]
        return words[::-1]

    def tokens(self, text: str) -> list[str]:
        """Lower-case words of a text in mixed scripts."""
        found: list[str] = []
        for token in WORD.findall(text.lower()):
            found.extend(self.words(token) if HAN.match(token) else [token])
        return found


def word_vectors(texts: Sequence[str]) -> sparse.csr_array:
    """TF-IDF of words and word pairs (sublinear, rows of length 1); empty texts give zero rows."""
    segmenter = Segmenter().fit(texts)
    return _tfidf(
        texts,
        TfidfVectorizer(
            tokenizer=segmenter.tokens, token_pattern=None, ngram_range=(1, 2), sublinear_tf=True
        ),
    )


def character_vectors(texts: Sequence[str]) -> sparse.csr_array:
    """TF-IDF of 2 to 4 characters inside words: robust to spelling and to missing spaces."""
    return _tfidf(texts, TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True))


def _tfidf(texts: Sequence[str], vectorizer: TfidfVectorizer) -> sparse.csr_array:
    if not any(WORD.search(text) for text in texts):
        return sparse.csr_array((len(texts), 0), dtype="float32")
    return sparse.csr_array(vectorizer.fit_transform(texts), dtype="float32")
