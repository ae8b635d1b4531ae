"""The k-mer profile as a step of a scikit-learn pipeline.

Import it as ``from bioseq_course.kmers import KmerVectorizer``. It lives in a file of its own
because a scikit-learn transformer must inherit from scikit-learn, which takes a second to import.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bioseq_course.alphabet import DNA, Alphabet
from bioseq_course.inputs import require_list
from bioseq_course.kmers import KmerVocabulary, kmer_profile

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    import scipy.sparse

__all__ = ["KmerVectorizer"]


class KmerVectorizer(TransformerMixin, BaseEstimator):
    """Turn sequences into k-mer profiles inside a scikit-learn pipeline.

    There is nothing to learn from the data: the columns are all words of k letters, also those
    that no sequence holds. Training and test sequences therefore never disagree on the columns.

    Args:
        k, alphabet, canonical, binary, mismatches, normalize, sparse: as in `kmer_profile`.

    After `fit`, `vocabulary_` is the `KmerVocabulary` of the columns.

    >>> vectorizer = KmerVectorizer(k=1)
    >>> vectorizer.fit_transform(["ACAC", "GNT"])
    array([[2., 2., 0., 0.],
           [0., 0., 1., 1.]], dtype=float32)
    """

    def __init__(
        self,
        k: int = 3,
        *,
        alphabet: Alphabet = DNA,
        canonical: bool = False,
        binary: bool = False,
        mismatches: int = 0,
        normalize: str | None = None,
        sparse: bool | None = None,
    ):
        self.k = k
        self.alphabet = alphabet
        self.canonical = canonical
        self.binary = binary
        self.mismatches = mismatches
        self.normalize = normalize
        self.sparse = sparse

    def fit(self, sequences: Iterable[str], y=None) -> KmerVectorizer:
        """Make the vocabulary; of the sequences, only that they are a list is checked.

        Args:
            sequences: B strings.
            y: ignored, here for pipelines.

        Raises:
            ValueError: `sequences` is a bare string, or `k`, `alphabet` or `canonical` has no such
                value.

        >>> len(KmerVectorizer(k=2, canonical=True).fit(["ACGT"]).vocabulary_)
        10
        """
        require_list(sequences)
        self.vocabulary_ = KmerVocabulary(self.k, self.alphabet, self.canonical)
        return self

    def transform(self, sequences: Iterable[str]) -> np.ndarray | scipy.sparse.csr_array:
        """Return the profiles `(B, K)` of B sequences.

        Raises:
            AlphabetError, ValueError: as in `kmer_profile`.
            NotFittedError: `fit` was not called.

        >>> KmerVectorizer(k=1).fit(["ACGT"]).transform(["AAAC"])
        array([[3., 1., 0., 0.]], dtype=float32)
        """
        check_is_fitted(self, "vocabulary_")
        return kmer_profile(
            sequences,
            self.vocabulary_.k,
            alphabet=self.vocabulary_.alphabet,
            canonical=self.vocabulary_.canonical,
            binary=self.binary,
            mismatches=self.mismatches,
            normalize=self.normalize,
            sparse=self.sparse,
        )

    def fit_transform(self, sequences: Iterable[str], y=None):
        """Return `fit(sequences).transform(sequences)`; a generator is read once.

        >>> KmerVectorizer(k=1).fit_transform(text for text in ["ACGT"])
        array([[1., 1., 1., 1.]], dtype=float32)
        """
        sequences = require_list(sequences)
        return self.fit(sequences, y).transform(sequences)

    def get_feature_names_out(self, input_features=None) -> np.ndarray:
        """Return the words of the columns, `(K,)` strings.

        Args:
            input_features: ignored, here for pipelines.

        Raises:
            NotFittedError: `fit` was not called.

        >>> KmerVectorizer(k=1).fit(["ACGT"]).get_feature_names_out().tolist()
        ['A', 'C', 'G', 'T']
        """
        check_is_fitted(self, "vocabulary_")
        return np.array(list(self.vocabulary_), dtype=object)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags
