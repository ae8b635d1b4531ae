"""Keras layers of the course: a filter on both strands; filters and pooling that know padding.

Shape letters: B sequences, L places, A letters, L' windows or places behind a convolution,
F filters or features, W width.
"""

from typing import Any

from bioseq_course.inputs import require_positive

import keras

_PACKAGE = "bioseq_course"  # the name under which a saved model finds these layers again


@keras.saving.register_keras_serializable(package=_PACKAGE)
class BothStrands(keras.layers.Wrapper):
    """Apply a layer to DNA and to its reverse complement, and keep the larger answer at each place.

    A motif may be read from either strand. The layer runs twice with the same weights; the second
    answer, turned back, lies on the first window by window. Whatever takes the maximum or the mean
    over all places afterwards answers the same for a sequence and for its reverse complement. A
    filter learns one orientation of a motif and needs no second filter for the other.

    `get_weights()` are those of the wrapped layer. Cf. doi:10.1101/103663 (shared weights for both
    strands).

    Call it with one-hot `(B, L, 4)`, columns A C G T (complementing is the columns read backwards);
    it returns what the layer returns, `(B, L', F)`.

    Args:
        layer: a `Conv1D`, or another layer from `(B, L, 4)` to `(B, L', F)` without strides. Its
            windows fit on each other with `padding="valid"`; with `"same"`, for odd widths alone.
        **kwargs: of any Keras layer (`name`).

    Raises:
        ValueError: `layer` is no layer, or the input has other than 4 letters.

    >>> BothStrands(keras.layers.Conv1D(8, 5))(keras.ops.zeros((2, 30, 4))).shape == (2, 26, 8)
    True
    """

    def __init__(self, layer: keras.layers.Layer, **kwargs: Any) -> None:
        if not isinstance(layer, keras.layers.Layer):
            raise ValueError(
                f"layer must be a Keras layer. Received {type(layer).__name__}: pass for example "
                "keras.layers.Conv1D(16, 15)."
            )
        super().__init__(layer, **kwargs)

    def build(self, input_shape: tuple) -> None:
        """Make the weights of the wrapped layer for inputs `(B, L, 4)`."""
        if len(input_shape) != 3 or input_shape[2] != 4:
            raise ValueError(
                f"BothStrands needs one-hot DNA of shape (B, L, 4). Received shape {input_shape}. "
                "Other molecules have no second strand: use the layer itself."
            )
        super().build(input_shape)

    def call(self, one_hot: Any) -> Any:
        """Return the larger answer of the two strands, `(B, L', F)`."""
        strand = self.layer(one_hot)
        reverse = self.layer(keras.ops.flip(one_hot, axis=(1, 2)))  # reverse complement
        return keras.ops.maximum(strand, keras.ops.flip(reverse, axis=1))

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        """Return the output shape of the wrapped layer."""
        return self.layer.compute_output_shape(input_shape)


@keras.saving.register_keras_serializable(package=_PACKAGE)
class MaskedMaxPooling1D(keras.layers.Layer):
    """Take each filter's largest value over the places that count.

    Keras's `GlobalMaxPooling1D` sees padding too: a filter whose bias is above 0 answers it, and a
    filter whose values are all below 0 loses to it. `GlobalAveragePooling1D` knows masks already.

    Call it as `layer(features, mask=mask)`: features `(B, L', F)` and a boolean mask `(B, L')`,
    as from `window_mask`. It returns `(B, F)`. A row without any True gives zeros. Without a mask
    every place counts.

    Raises:
        ValueError: features and mask have not the same number of places.

    >>> features = keras.ops.array([[[-2.0], [-1.0], [9.0]]])
    >>> pooled = MaskedMaxPooling1D()(features, mask=keras.ops.array([[True, True, False]]))
    >>> keras.ops.convert_to_numpy(pooled)
    array([[-1.]], dtype=float32)
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, features: Any, mask: Any = None) -> Any:
        """Return the maxima `(B, F)`."""
        if mask is None:
            return keras.ops.max(features, axis=1)
        mask = keras.ops.expand_dims(keras.ops.cast(mask, "bool"), axis=2)  # (B, L', 1)
        _require_same_places(features, mask)
        highest = keras.ops.max(keras.ops.where(mask, features, float("-inf")), axis=1)
        return keras.ops.where(keras.ops.any(mask, axis=1), highest, 0.0)

    def compute_mask(self, features: Any, mask: Any = None) -> None:
        """Return None: the places, and with them their mask, are gone."""


@keras.saving.register_keras_serializable(package=_PACKAGE)
class AttentionPooling1D(keras.layers.Layer):
    """Average the places, each with a weight that depends on what stands there.

    A small network gives each place a score, softmax turns the scores of the places that count
    into shares, and the places are summed with these shares (additive attention,
    arXiv:1703.03130):

        scores (B, L') = tanh(features W_1) w_2, shares = softmax over the places,
        pooled (B, F) = sum over places of share * features,    W_1: (F, U), w_2: (U, 1)

    Call it as `layer(features, mask=mask)`, or without `mask` on features that carry one. It
    returns `(B, F)`; a row without any True gives zeros. `layer.shares(features, mask)` returns
    the shares `(B, L')`, to be looked at; there the mask must be passed.

    Args:
        num_units: U, width of the small network.
        seed: of its weights. w_2 begins at 0, so all places begin with the same share: the mean.
        **kwargs: of any Keras layer (`name`).

    Raises:
        ValueError: `num_units` is not a whole number of at least 1, or features and mask have not
            the same number of places.

    >>> features = keras.ops.array([[[2.0], [4.0], [9.0]]])
    >>> pooled = AttentionPooling1D(8)(features, mask=keras.ops.array([[True, True, False]]))
    >>> keras.ops.convert_to_numpy(pooled)
    array([[3.]], dtype=float32)
    """

    def __init__(self, num_units: int = 16, *, seed: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.num_units = require_positive("num_units", num_units, "Pass for example 16.")
        self.seed = seed
        self.supports_masking = True

    def build(self, input_shape: tuple) -> None:
        """Make W_1 `(F, U)` and w_2 `(U, 1)`."""
        start = keras.initializers.GlorotUniform(seed=self.seed)
        self.hidden = self.add_weight(
            shape=(input_shape[2], self.num_units), initializer=start, name="hidden"
        )
        self.score = self.add_weight(shape=(self.num_units, 1), initializer="zeros", name="score")

    def shares(self, features: Any, mask: Any = None) -> Any:
        """Return the share of each place `(B, L')`: in sum 1 for each row, 0 without any True."""
        hidden = keras.ops.tanh(keras.ops.matmul(features, self.hidden))  # (B, L', U)
        scores = keras.ops.squeeze(keras.ops.matmul(hidden, self.score), axis=2)  # (B, L')
        if mask is None:
            mask = keras.ops.ones_like(scores, dtype="bool")
        mask = keras.ops.cast(mask, "bool")
        _require_same_places(features, mask)
        scores = keras.ops.where(mask, scores, -1e9)
        total = keras.ops.logsumexp(scores, axis=1, keepdims=True)  # softmax warns of one place
        return keras.ops.where(mask, keras.ops.exp(scores - total), 0.0)

    def call(self, features: Any, mask: Any = None) -> Any:
        """Return the pooled features `(B, F)`."""
        shares = keras.ops.expand_dims(self.shares(features, mask), axis=2)
        return keras.ops.sum(shares * features, axis=1)

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        """Return `(B, F)`."""
        return (input_shape[0], input_shape[2])

    def compute_mask(self, features: Any, mask: Any = None) -> None:
        """Return None: the places, and with them their mask, are gone."""

    def get_config(self) -> dict:
        """Return what a saved model needs to build the layer again."""
        return super().get_config() | {"num_units": self.num_units, "seed": self.seed}


@keras.saving.register_keras_serializable(package=_PACKAGE)
class MaskedConv1D(keras.layers.Conv1D):
    """A `Conv1D` with `padding="same"` that hands the mask on, where Keras's loses it.

    Places behind the mask are set to 0 before the filters see them, so what stands there changes
    nothing; as many places come out as go in, and the mask fits them. Call it as any `Conv1D`, with
    features `(B, L, A)` that carry a mask (behind `Masking` or an `Embedding`), or without one.

    Args:
        filters, kernel_size, **kwargs: as of `keras.layers.Conv1D`, without strides.

    Raises:
        ValueError: another padding than `"same"`, or strides, are asked for.

    >>> layer = MaskedConv1D(1, 3, kernel_initializer="ones")  # adds three neighbours
    >>> features, mask = keras.ops.array([[[1.0], [2.0], [9.0]]]), keras.ops.array([[1, 1, 0]])
    >>> keras.ops.convert_to_numpy(layer(features, mask=mask)).ravel()
    array([3., 3., 2.], dtype=float32)
    """

    def __init__(self, filters: int, kernel_size: int, **kwargs: Any) -> None:
        for name, needed in {"padding": "same", "strides": 1}.items():
            if kwargs.setdefault(name, needed) not in (needed, (needed,), [needed]):
                raise ValueError(
                    f"MaskedConv1D needs {name}={needed!r}, so that the mask fits what comes out. "
                    f"Received {kwargs[name]!r}. Leave {name} out, or use Conv1D and window_mask."
                )
        super().__init__(filters, kernel_size, **kwargs)
        self.supports_masking = True

    def call(self, features: Any, mask: Any = None) -> Any:
        """Return `(B, L, filters)`."""
        return super().call(features if mask is None else _zero_at_padding(features, mask))

    def compute_mask(self, features: Any, mask: Any = None) -> Any:
        """Return the mask as it came."""
        return mask


@keras.saving.register_keras_serializable(package=_PACKAGE)
class ZeroAtPadding(keras.layers.Layer):
    """Set the places behind the mask to 0, and let the mask go.

    A recurrent layer repeats its last state along the padding on the right. Before a `Flatten`,
    which knows no masks, padding must look the same everywhere. Call it as
    `layer(features, mask=mask)`, features `(B, L, F)`; it returns `(B, L, F)`. Without a mask
    nothing changes.

    Raises:
        ValueError: features and mask have not the same number of places.

    >>> features, mask = keras.ops.array([[[5.0], [7.0]]]), keras.ops.array([[True, False]])
    >>> keras.ops.convert_to_numpy(ZeroAtPadding()(features, mask=mask)).ravel()
    array([5., 0.], dtype=float32)
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, features: Any, mask: Any = None) -> Any:
        """Return `(B, L, F)`."""
        return features if mask is None else _zero_at_padding(features, mask)

    def compute_mask(self, features: Any, mask: Any = None) -> None:
        """Return None: what follows sees zeros."""


def _zero_at_padding(features: Any, mask: Any) -> Any:
    keep = keras.ops.expand_dims(keras.ops.cast(mask, "bool"), axis=2)  # (B, L, 1)
    _require_same_places(features, keep)
    return keras.ops.where(keep, features, 0.0)


def _require_same_places(features: Any, mask: Any) -> None:
    places, masked = features.shape[1], mask.shape[1]
    if None not in (places, masked) and places != masked:
        raise ValueError(
            f"The features have {places} places and the mask {masked}. Behind a convolution of "
            'width W with padding="valid" pass window_mask(one_hot, W); with padding="same", '
            "window_mask(one_hot, 1)."
        )


def window_mask(one_hot: Any, width: int) -> Any:
    """Tell which windows lie wholly on letters; padding is rows of zeros.

    With `width=1` these are the letters themselves, the mask behind `padding="same"`. A row of
    zeros in the middle, an unknown letter encoded with `unknown="zero"`, closes the windows on it
    just as padding does; `unknown="uniform"` leaves them open.

    Args:
        one_hot: `(B, L, A)`, padded on either side; an array or a tensor, also a symbolic one.
        width: W, at most L.

    Returns:
        Boolean tensor `(B, L - W + 1)`: entry i belongs to the window that begins at place i.

    Raises:
        ValueError: `width` is not a whole number of at least 1, or is more than L.

    >>> row = keras.ops.array([[[1.0, 0], [0, 1], [1, 0], [0, 0], [0, 0]]])  # three letters
    >>> keras.ops.convert_to_numpy(window_mask(row, 2)).tolist()
    [[True, True, False, False]]
    """
    width = require_positive("width", width, "Pass the width of the filter.")
    length = one_hot.shape[1]
    if length is not None and width > length:
        raise ValueError(
            f"width={width} is more than the {length} places of the sequences: there is no whole "
            "window. Pad them to a larger length, or pass a smaller width."
        )
    letters = keras.ops.any(keras.ops.not_equal(one_hot, 0), axis=2, keepdims=True)  # (B, L, 1)
    gaps = 1.0 - keras.ops.cast(letters, "float32")
    worst = keras.ops.max_pool(gaps, width, strides=1, padding="valid")  # 1: a gap in the window
    return keras.ops.less(keras.ops.squeeze(worst, axis=2), 0.5)
