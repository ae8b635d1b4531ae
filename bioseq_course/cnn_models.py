"""Keras models with convolutions, one function each: one layer of motifs, a cascade, proteins.

Shape letters: B sequences, L places, A letters, F filters, W width of a filter, C classes.
"""

from collections.abc import Sequence
from typing import Any

from bioseq_course.inputs import require_choice, require_positive
from bioseq_course.layers import BothStrands, MaskedMaxPooling1D, window_mask

import keras
import numpy as np

_ACTIVATIONS = ("relu", "exponential", "linear")


def motif_cnn(
    num_filters: int,
    filter_width: int,
    *,
    num_letters: int = 4,
    length: int | None = None,
    activation: str = "relu",
    filter_scale: float | None = None,
    pooling: str | int = "max",
    dense_units: int = 0,
    both_strands: bool = False,
    num_outputs: int = 1,
    dropout: float = 0.0,
    seed: int = 0,
) -> keras.Model:
    """Slide filters along one-hot sequences, pool what they find, and classify.

    The layers are called `filters` (a `Conv1D` with `padding="valid"`, no activation of its own:
    the scores of F motifs), `activation`, `pooling`, `hidden` if there is one, and `output`.

    Args:
        num_filters: F.
        filter_width: W, letters that a filter sees.
        num_letters: A.
        length: L; needed where the pooling leaves places behind. None takes any length.
        activation: `"relu"`, `"linear"` or `"exponential"` (doi:10.1038/s42256-020-00291-x).
        filter_scale: standard deviation of the normal numbers with which filters begin. None
            takes Glorot's uniform ones, and 0.005 for `"exponential"`: exp(score) grows fast, so
            scores begin near 0. To compare activations, pass the same scale to all.
        pooling: `"max"` or `"mean"` over all places; `"flatten"` keeps every place; a whole number
            n keeps the largest of every n places (a rest of fewer than n is dropped).
        dense_units: units of a hidden layer with ReLU; 0 for none.
        both_strands: True keeps at each place the larger score of the two strands
            (`layers.BothStrands`).
        num_outputs: 1 for one probability (sigmoid), more for classes (softmax).
        dropout: share of the numbers before the output that are dropped in training.
        seed: of all random weights and of the dropout.

    Returns:
        A `keras.Model` from one-hot `(B, L, A)` to probabilities `(B, num_outputs)`, not yet
        compiled. Padding is not masked: rows of zeros score the bias of each filter.

    Raises:
        ValueError: a number is out of range, the activation or pooling is unknown, the filters or
            the pooling do not fit into the length or need one, or both strands of other than
            4 letters are asked for.

    >>> motif_cnn(16, 15).count_params()  # 16 * (15 * 4 + 1) + 16 + 1
    993
    """
    _require_sizes(num_filters=num_filters, filter_width=filter_width, num_letters=num_letters)
    require_choice("activation", activation, _ACTIVATIONS)
    _require_strands(both_strands, num_letters)
    _require_pooling(pooling, length, filter_width)
    one_hot = keras.Input((length, num_letters), name="one_hot")
    filters = _filters(num_filters, filter_width, activation, seed, scale=filter_scale)
    if both_strands:
        filters = BothStrands(filters, name="filters")
    x = keras.layers.Activation(activation, name="activation")(filters(one_hot))
    for layer in _pooling_layers(pooling):
        x = layer(x)
    outputs = _head(x, dense_units, dropout, num_outputs, seed)
    return keras.Model(one_hot, outputs, name="motif_cnn")


def conv_cascade(
    length: int,
    num_filters: int | Sequence[int],
    filter_widths: Sequence[int],
    pool_sizes: Sequence[int | str],
    *,
    num_letters: int = 4,
    dilations: Sequence[int] | None = None,
    activation: str = "relu",
    padding: str = "same",
    dense_units: int = 64,
    batch_norm: bool = True,
    dropout: float = 0.1,
    num_outputs: int = 1,
    seed: int = 0,
) -> keras.Model:
    """Stack convolutions: each block reads the motifs of the block before.

    A block is `Conv1D`, batch normalisation, activation, max pooling. The layers of block n are
    called `conv_n`, `norm_n`, `activation_n`, `pool_n`, but for the first convolution, `filters`;
    behind them come `flatten` (unless the last pooling is global), `hidden` and `output`.

    Args:
        length: L. It need not be a multiple of the pool sizes: a pool of size p turns n places
            into n // p and drops the rest at the end.
        num_filters: one number for all blocks, or one for each.
        filter_widths: one for each block; their number is the number of blocks.
        pool_sizes: one for each block, 1 for none; the last may be `"global"`, the maximum over
            all places.
        num_letters: A.
        dilations: one for each block: steps between the letters that a filter sees; 1 without.
        activation: of the first block, as in `motif_cnn`; later blocks have ReLU.
        padding: of the convolutions, `"same"` or `"valid"`.
        dense_units, dropout, num_outputs: as in `motif_cnn`.
        batch_norm: False leaves the normalisation out and gives the convolutions biases instead.
            Its running means use momentum 0.9: a short training has no time for Keras's 0.99.
        seed: of all random weights and of the dropout.

    Returns:
        A `keras.Model` from one-hot `(B, L, A)` to probabilities `(B, num_outputs)`, not yet
        compiled.

    Raises:
        ValueError: as `motif_cnn`; there is not one entry for each block; or no place is left
            behind a block.

    >>> conv_cascade(200, 32, [15, 5], [4, "global"]).output_shape
    (None, 1)
    """
    _require_sizes(num_letters=num_letters)
    require_choice("activation", activation, _ACTIVATIONS)
    require_choice("padding", padding, ("same", "valid"))
    blocks = _blocks(num_filters, filter_widths, pool_sizes, dilations)
    _require_places(length, blocks, padding)
    one_hot = x = keras.Input((length, num_letters), name="one_hot")
    for number, (filters, width, pool, dilation) in enumerate(blocks, start=1):
        kind = activation if number == 1 else "relu"
        conv = _filters(filters, width, kind, seed, number, padding, dilation, not batch_norm)
        x = conv(x)
        if batch_norm:
            x = keras.layers.BatchNormalization(momentum=0.9, name=f"norm_{number}")(x)
        x = keras.layers.Activation(kind, name=f"activation_{number}")(x)
        x = _pool(pool, f"pool_{number}")(x)
    if blocks[-1][2] != "global":
        x = keras.layers.Flatten(name="flatten")(x)
    outputs = _head(x, dense_units, dropout, num_outputs, seed)
    return keras.Model(one_hot, outputs, name="conv_cascade")


def protein_cnn(
    num_letters: int,
    num_classes: int,
    *,
    widths: Sequence[int] = (3, 7, 15),
    num_filters: int = 64,
    pooling: str = "max",
    dropout: float = 0.2,
    masked: bool = True,
    seed: int = 0,
) -> keras.Model:
    """Read padded proteins with filters of several widths side by side, pool, and classify.

    The convolutions `filters_3`, `filters_7` ... have `padding="same"` and ReLU, so that even a
    protein shorter than a filter gets an answer from it.

    Args:
        num_letters: A, 20 for proteins.
        num_classes: C, at least 2.
        widths: letters that the filters see, all different.
        num_filters: F for each width.
        pooling: `"max"` or `"mean"` over the places.
        dropout: share of the pooled numbers that are dropped in training.
        masked: True pools over letters alone, so the length of the padding changes nothing; False
            pools over padding as well.
        seed: of all random weights and of the dropout.

    Returns:
        A `keras.Model` from one-hot `(B, L, A)`, any L, padded with zeros, to probabilities
        `(B, C)`, not yet compiled. A masked row needs a letter: padding alone has no mean.

    Raises:
        ValueError: a number is out of range, a width comes twice, or the pooling is unknown.

    >>> protein_cnn(20, 7).count_params()  # 64 * (20 * (3 + 7 + 15) + 3) + 3 * 64 * 7 + 7
    33543
    """
    _require_sizes(num_letters=num_letters, num_filters=num_filters)
    require_choice("pooling", pooling, ("max", "mean"))
    _require_classes(num_classes)
    _require_widths(widths)
    one_hot = keras.Input((None, num_letters), name="one_hot")
    found = []
    for number, width in enumerate(widths):
        conv = keras.layers.Conv1D(
            num_filters, width, padding="same", activation="relu", name=f"filters_{width}",
            kernel_initializer=_glorot(seed, number),
        )  # fmt: skip
        found.append(conv(one_hot))
    x = keras.layers.Concatenate(name="features")(found) if len(found) > 1 else found[0]
    layer = {"max": MaskedMaxPooling1D, "mean": keras.layers.GlobalAveragePooling1D}[pooling]
    x = layer(name="pooling")(x, mask=window_mask(one_hot, 1) if masked else None)
    outputs = _head(x, 0, dropout, num_classes, seed)
    return keras.Model(one_hot, outputs, name="protein_cnn")


def receptive_field(
    filter_widths: Sequence[int],
    *,
    pool_sizes: Sequence[int | str] | None = None,
    dilations: Sequence[int] | None = None,
) -> int:
    """Count the letters that one place behind the last block of `conv_cascade` can see.

    A place begins by seeing one letter. Neighbouring places lie s letters apart, at first 1. A
    filter of width w and dilation d adds `(w - 1) * d * s`; a pool of p adds `(p - 1) * s`, and
    then makes s p times as large: doi:10.23915/distill.00021.

    By hand for widths 3, 3 and pools 2, 1: 1 + 2·1 (filter) + 1·1 (pool, now s = 2) + 2·2 = 8.

    Args:
        filter_widths, pool_sizes, dilations: as in `conv_cascade`; 1 for every block when left
            out. A last `"global"` pool adds nothing here: the answer is for a place before it.

    Returns:
        The number of letters, ends of the sequence left aside.

    Raises:
        ValueError: there is not one entry for each block, or one is not a whole number of at
            least 1.

    >>> receptive_field([3, 3], pool_sizes=[2, 1])
    8
    >>> receptive_field([3, 3, 3], dilations=[1, 2, 4])  # 1 + 2 + 4 + 8
    15
    """
    pool_sizes = [1] * len(filter_widths) if pool_sizes is None else pool_sizes
    seen, step = 1, 1
    for _, width, pool, dilation in _blocks(1, filter_widths, pool_sizes, dilations):
        pool = 1 if pool == "global" else pool
        seen += (width - 1) * dilation * step + (pool - 1) * step
        step *= pool
    return seen


# Parts of the convolutional models


def _glorot(seed: int, number: int) -> keras.initializers.Initializer:
    """Return the random weights of one layer: other numbers for each layer and each seed."""
    return keras.initializers.GlorotUniform(seed=1000 * seed + number)


def _normal(scale: float, seed: int, number: int) -> keras.initializers.Initializer:
    if not scale > 0:
        raise ValueError(
            f"filter_scale must be above 0. Received: {scale!r}. Pass for example 0.005, or None."
        )
    return keras.initializers.RandomNormal(stddev=scale, seed=1000 * seed + number)


def _filters(
    num_filters: int,
    width: int,
    activation: str,
    seed: int,
    number: int = 1,
    padding: str = "valid",
    dilation: int = 1,
    use_bias: bool = True,
    scale: float | None = None,
) -> keras.layers.Conv1D:
    """Return the convolution of block `number`, without an activation."""
    scale = 0.005 if scale is None and activation == "exponential" else scale
    start = _glorot(seed, number) if scale is None else _normal(scale, seed, number)
    return keras.layers.Conv1D(
        num_filters, width, padding=padding, dilation_rate=dilation, use_bias=use_bias,
        kernel_initializer=start, name="filters" if number == 1 else f"conv_{number}",
    )  # fmt: skip


def _pooling_layers(pooling: str | int) -> list[keras.layers.Layer]:
    if pooling == "mean":
        return [keras.layers.GlobalAveragePooling1D(name="pooling")]
    if pooling == "max":
        return [_pool("global", "pooling")]
    flatten = keras.layers.Flatten(name="flatten")
    return [flatten] if pooling == "flatten" else [_pool(pooling, "pooling"), flatten]


def _pool(size: str | int, name: str) -> keras.layers.Layer:
    if size == "global":
        return keras.layers.GlobalMaxPooling1D(name=name)
    return keras.layers.MaxPooling1D(size, name=name)


def _head(x: Any, dense_units: int, dropout: float, num_outputs: int, seed: int) -> Any:
    """Add the hidden layer, the dropout and the output: `(B, N)` to `(B, num_outputs)`."""
    _require_sizes(num_outputs=num_outputs)
    if dense_units != 0:
        units = require_positive("dense_units", dense_units, "Pass 0 for no hidden layer.")
        dense = keras.layers.Dense(
            units, activation="relu", kernel_initializer=_glorot(seed, 100), name="hidden"
        )
        x = dense(x)
    if dropout:
        x = keras.layers.Dropout(dropout, seed=1000 * seed + 102, name="dropout")(x)
    activation = "sigmoid" if num_outputs == 1 else "softmax"
    start = _glorot(seed, 101)
    output = keras.layers.Dense(
        num_outputs, activation=activation, kernel_initializer=start, name="output"
    )
    return output(x)


# Checks


def _require_sizes(**sizes: object) -> None:
    for name, number in sizes.items():
        require_positive(name, number, "See the Args of the model.")


def _require_strands(both_strands: bool, num_letters: int) -> None:
    if both_strands and num_letters != 4:
        raise ValueError(
            f"both_strands=True needs the 4 letters of DNA. Received num_letters={num_letters}. "
            "Other molecules have no second strand: pass both_strands=False."
        )


def _require_pooling(pooling: str | int, length: int | None, width: int) -> None:
    if length is not None:
        _require_places(length, [(1, width, "global", 1)], "valid")
    if isinstance(pooling, str):
        require_choice("pooling", pooling, ("max", "mean", "flatten"))
        size = 1
    else:
        size = require_positive("pooling", pooling, 'Or pass "max", "mean" or "flatten".')
    if pooling in ("max", "mean"):
        return
    if length is None:
        raise ValueError(
            f"pooling={pooling!r} leaves more numbers for a longer sequence, so the length must be "
            'known. Pass length=, the letters of each sequence, or pooling="max".'
        )
    _require_places(length, [(1, width, size, 1)], "valid")


def _blocks(
    num_filters: int | Sequence[int],
    filter_widths: Sequence[int],
    pool_sizes: Sequence[int | str],
    dilations: Sequence[int] | None,
) -> list[tuple]:
    """Return (filters, width, pool size, dilation) of each block, checked."""
    num_blocks = len(filter_widths)
    if isinstance(num_filters, (int, np.integer)):
        num_filters = [num_filters] * num_blocks
    dilations = [1] * num_blocks if dilations is None else dilations
    is_global = num_blocks > 0 and len(pool_sizes) == num_blocks and pool_sizes[-1] == "global"
    columns = {
        "num_filters": num_filters,
        "filter_widths": filter_widths,
        "pool_sizes": [*pool_sizes[:-1], 1] if is_global else pool_sizes,
        "dilations": dilations,
    }
    for name, numbers in columns.items():
        _require_column(name, numbers, num_blocks)
    return list(zip(num_filters, filter_widths, pool_sizes, dilations, strict=True))


def _require_column(name: str, numbers: Sequence, num_blocks: int) -> None:
    if num_blocks == 0 or len(numbers) != num_blocks:
        raise ValueError(
            f"{name} has {len(numbers)} entries for {num_blocks} blocks. Pass at least one filter "
            "width, and one entry for each of them."
        )
    for block, number in enumerate(numbers, start=1):
        cure = 'The last of pool_sizes may be "global".' if name == "pool_sizes" else ""
        require_positive(f"{name} of block {block}", number, cure or "Pass one for each block.")


def _require_places(length: int, blocks: Sequence[tuple], padding: str) -> None:
    """Follow the number of places through the blocks; refuse where none is left."""
    places = require_positive("length", length, "Pass the number of letters of each sequence.")
    for number, (_, width, pool, dilation) in enumerate(blocks, start=1):
        before = places
        places -= (width - 1) * dilation if padding == "valid" else 0
        places //= 1 if pool == "global" else pool
        if places < 1:
            raise ValueError(
                f"Block {number} gets {before} places and leaves none: filter width {width}, "
                f"dilation {dilation}, pool size {pool}, padding {padding!r}. Pass longer "
                "sequences, or smaller filters and pools."
            )


def _require_classes(num_classes: int) -> None:
    if require_positive("num_classes", num_classes, "Pass the number of classes.") == 1:
        raise ValueError(
            "num_classes must be at least 2: a softmax over one class is always 1. For a yes or no "
            "pass 2."
        )


def _require_widths(widths: Sequence[int]) -> None:
    _require_column("widths", widths, len(widths))
    if len(set(widths)) < len(widths):
        raise ValueError(
            f"widths must all be different. Received {list(widths)}. For more filters of one width "
            "pass a larger num_filters."
        )
