"""Keras models with recurrent layers: recall, classes, tags for each place, the next letter.

Shape letters: B sequences, L places, A letters, D units, C classes.

On a CPU, compile with `jit_compile=True` where a model trains for long: the loop over the places
then runs about twice as fast under TensorFlow, after some seconds of compiling for each new shape
of a batch.
"""

from typing import Any

from bioseq_course.inputs import require_choice, require_positive
from bioseq_course.layers import AttentionPooling1D, MaskedConv1D, MaskedMaxPooling1D, ZeroAtPadding

import keras
import numpy as np

_CELLS = ("simple", "gru", "lstm")
_POOLINGS = ("last", "all", "max", "mean", "attention")


def recurrent_layer(
    cell: str,
    num_units: int,
    *,
    memory_span: float | None = None,
    gate_bias: float | None = None,
    return_sequences: bool = False,
    seed: int = 0,
    **options: Any,
) -> keras.layers.Layer:
    """Return a plain recurrent layer, a GRU or an LSTM; its gates may begin nearly open.

    A unit whose gate keeps the share f of its memory at each step has 1 / (1 - f) steps before
    little is left. With biases of 0 that is 2 steps; to reach T steps the bias must be about
    log(T).

    Args:
        cell: `"simple"`, `"gru"` or `"lstm"`.
        num_units: D.
        memory_span: n above 2, the steps to remember, for chrono initialisation (arXiv:1804.11188):
            the bias of the forget gate (LSTM) or the update gate (GRU) is the logarithm of a
            number drawn evenly between 1 and n - 1, so that units begin with spans of all
            lengths up to n; the input gate of the LSTM begins with the negative of it.
        gate_bias: one number instead, with which the bias of that gate begins in all units. With
            neither, Keras's own: 1 for the forget gate of the LSTM, 0 for all others.
        return_sequences: True for the states of all places, `(B, L, D)`, False for the last,
            `(B, D)`.
        seed: of all random weights.
        **options: of the Keras layer: `name`, `dropout`, `recurrent_dropout`, `return_state`,
            `kernel_initializer`, `reset_after` (GRU), `stateful` ...

    Returns:
        A `SimpleRNN`, `GRU` or `LSTM`, not yet built. Kernels begin as Keras's: Glorot from the
        inputs, orthogonal from the state.

    Raises:
        ValueError: the cell is unknown, a number is out of range, both ways to set the gates are
            asked for, or a plain cell is to have gates.

    >>> layer = recurrent_layer("lstm", 2, gate_bias=4)
    >>> layer.build((None, None, 4))
    >>> layer.get_weights()[2].tolist()  # input, forget, candidate, output
    [0.0, 0.0, 4.0, 4.0, 0.0, 0.0, 0.0, 0.0]
    """
    require_choice("cell", cell, _CELLS)
    num_units = require_positive("num_units", num_units, "Pass for example 32.")
    options = {
        "kernel_initializer": keras.initializers.GlorotUniform(seed=1000 * seed + 1),
        "recurrent_initializer": keras.initializers.Orthogonal(seed=1000 * seed + 2),
        "seed": 1000 * seed + 3,  # of the dropout
        **_gate_options(cell, memory_span, gate_bias, seed),
        **options,
    }
    kinds = {"simple": keras.layers.SimpleRNN, "gru": keras.layers.GRU, "lstm": keras.layers.LSTM}
    return kinds[cell](num_units, return_sequences=return_sequences, **options)


def recall_model(
    cell: str,
    num_units: int,
    *,
    gate_bias: float | None = None,
    memory_span: float | None = None,
    num_letters: int = 4,
    seed: int = 0,
    **options: Any,
) -> keras.Model:
    """Read a sequence to its end and say, from the last state, which letter was asked for.

    For `datasets.delayed_recall.make_delayed_recall`; all sequences have one length, there is no
    mask. The layers are called `memory` and `output`.

    Args:
        cell, num_units, gate_bias, memory_span: as in `recurrent_layer`.
        num_letters: A, and the number of answers.
        seed: of all random weights.
        **options: of the recurrent layer.

    Returns:
        A `keras.Model` from one-hot `(B, L, A)`, any L, to probabilities `(B, A)`, not yet
        compiled.

    Raises:
        ValueError: as `recurrent_layer`, or `num_letters` is not a whole number of at least 1.

    >>> recall_model("gru", 8, gate_bias=4).count_params()  # 3 * 8 * (4 + 8 + 2) + 4 * (8 + 1)
    372
    """
    require_positive("num_letters", num_letters, "Pass 4 for DNA.")
    one_hot = keras.Input((None, num_letters), name="one_hot")
    memory = recurrent_layer(
        cell, num_units, gate_bias=gate_bias, memory_span=memory_span, seed=seed, name="memory",
        **options,
    )  # fmt: skip
    return keras.Model(one_hot, _output(memory(one_hot), num_letters, seed), name="recall_model")


def recurrent_classifier(
    cell: str,
    num_units: int,
    num_classes: int,
    *,
    num_letters: int = 4,
    num_layers: int = 1,
    bidirectional: bool = False,
    pooling: str = "last",
    length: int | None = None,
    embedding: int | None = None,
    conv_filters: int = 0,
    conv_width: int = 9,
    dropout: float = 0.0,
    seed: int = 0,
    **options: Any,
) -> keras.Model:
    """Read padded sequences with recurrent layers, pool their states, and classify.

    The layers are called `mask` or `embedding`, `filters` where there are some, `memory_1`,
    `memory_2` ..., `pooling` and `output`. Padding is masked: how much there is changes nothing.

    Args:
        cell, num_units: as in `recurrent_layer`, for each layer and each direction.
        num_classes: C, at least 2.
        num_letters: A.
        num_layers: recurrent layers, one reading the states of the other.
        bidirectional: True adds to each layer a second one that reads from the end; their states
            stand side by side, 2 D numbers.
        pooling: how one answer comes out of the states. `"last"`: the state behind the last letter
            (of the second direction, before the first letter); `"max"`, `"mean"`: of each unit
            over the letters; `"attention"`: a mean with learned weights
            (`layers.AttentionPooling1D`); `"all"`: all states side by side, those of padding 0.
        length: L; needed for `"all"`. None takes any length.
        embedding: None for one-hot inputs; or width of a vector for each letter, for inputs of
            whole numbers as `encode.index_encode` gives them.
        conv_filters: filters of a convolution with ReLU before the recurrent layers; 0 for none.
        conv_width: letters that they see.
        dropout: share of the pooled numbers that are dropped in training. For the dropouts inside
            the recurrent layers pass `recurrent_dropout`, or build the layers yourself.
        seed: of all random weights and of the dropout.
        **options: of every recurrent layer, as `memory_span` or `recurrent_dropout`.

    Returns:
        A `keras.Model` to probabilities `(B, C)`, not yet compiled, from one-hot `(B, L, A)` padded
        with zeros, or with an embedding from numbers `(B, L)`, 0 for padding. Rows of zeros
        in the middle (unknown letters) are passed over as well. A row needs a letter: padding
        alone has no mean, and no last state but the first.

    Raises:
        ValueError: as `recurrent_layer`; a number is out of range, the pooling is unknown, or
            `"all"` has no length.

    >>> recurrent_classifier("lstm", 8, 7, num_letters=20, bidirectional=True).output_shape
    (None, 7)
    """
    _require_sizes(num_letters=num_letters, num_layers=num_layers)
    require_choice("pooling", pooling, _POOLINGS)
    _require_classes("num_classes", num_classes)
    if pooling == "all":
        length = require_positive("length", length, 'pooling="all" needs it: letters of each row.')
    inputs, x = _masked_input(num_letters, embedding, length, seed)
    x = _filters(x, conv_filters, conv_width, seed)
    for number in range(1, num_layers + 1):
        keep_all = number < num_layers or pooling != "last"
        layer = _memory(cell, num_units, number, bidirectional, keep_all, seed, options)
        x = layer(x)
    x = _pool(x, pooling, seed)
    x = _dropped(x, dropout, seed)
    return keras.Model(inputs, _output(x, num_classes, seed), name="recurrent_classifier")


def sequence_tagger(
    cell: str,
    num_units: int,
    num_tags: int,
    *,
    bidirectional: bool = True,
    num_letters: int = 4,
    num_layers: int = 1,
    length: int | None = None,
    embedding: int | None = None,
    conv_filters: int = 0,
    conv_width: int = 9,
    dropout: float = 0.0,
    seed: int = 0,
    **options: Any,
) -> keras.Model:
    """Give every letter of padded sequences a tag.

    Layers as in `recurrent_classifier`, without pooling: `output` works at each place. The answers
    carry the mask with them, so Keras's losses and metrics leave padding out by themselves.

    Args:
        num_tags: C, at least 2.
        dropout: share of the states that are dropped in training.
        cell, num_units, bidirectional, num_letters, num_layers, length, embedding, conv_filters,
            conv_width, seed, **options: as in `recurrent_classifier`.

    Returns:
        A `keras.Model` to probabilities `(B, L, C)`, not yet compiled, from the inputs of
        `recurrent_classifier`. What it answers at padding means nothing. Targets are whole numbers
        `(B, L)`, any number from 0 to C - 1 at padding; pass weights `(B, L)` to leave out more.

    Raises:
        ValueError: as `recurrent_classifier`.

    >>> sequence_tagger("gru", 8, 3, num_letters=20).output_shape
    (None, None, 3)
    """
    _require_sizes(num_letters=num_letters, num_layers=num_layers)
    _require_classes("num_tags", num_tags)
    inputs, x = _masked_input(num_letters, embedding, length, seed)
    x = _filters(x, conv_filters, conv_width, seed)
    for number in range(1, num_layers + 1):
        x = _memory(cell, num_units, number, bidirectional, True, seed, options)(x)
    x = _dropped(x, dropout, seed)
    return keras.Model(inputs, _output(x, num_tags, seed), name="sequence_tagger")


def next_letter_model(
    cell: str,
    num_units: int,
    num_letters: int,
    *,
    embedding: int | None = None,
    num_layers: int = 1,
    dropout: float = 0.0,
    batch_size: int | None = None,
    stateful: bool = False,
    seed: int = 0,
    **options: Any,
) -> keras.Model:
    """Say at each place, from the letters up to it, which letter comes next.

    Layers as in `sequence_tagger`, in one direction only: a second one would have read the answer.
    Train it on letters 1 to L - 1 as inputs and 2 to L as targets.

    Args:
        cell, num_units: as in `recurrent_layer`, for each layer.
        num_letters: A: letters, and answers. An end mark that is to be predicted counts as one.
        embedding: None for one-hot inputs `(B, L, A)`; or width of a vector for each letter, for
            whole numbers `(B, L)` as `encode.index_encode` gives them: 0 padding, 1 to A the
            letters, A + 1 a mark that is read and never predicted (unknown, or the start).
        num_layers: recurrent layers.
        dropout: share of the states that are dropped in training.
        batch_size: B, needed with `stateful=True`.
        stateful: True keeps the state from one call to the next, to read or write letter by
            letter. `model.get_layer("memory_1").reset_state()` forgets it.
        seed: of all random weights and of the dropout.
        **options: of every recurrent layer.

    Returns:
        A `keras.Model` to probabilities `(B, L, A)`, entry i for the letter behind place i, not
        yet compiled; targets are numbered from 0. Padding is masked as in `sequence_tagger`.

    Raises:
        ValueError: as `recurrent_layer`; a number is out of range, or `stateful` has no batch size.

    >>> next_letter_model("lstm", 16, 20, embedding=8).output_shape
    (None, None, 20)
    """
    _require_sizes(num_layers=num_layers)
    _require_classes("num_letters", num_letters)
    if stateful:
        require_positive("batch_size", batch_size, "stateful=True needs it, 1 for one sequence.")
    inputs, x = _masked_input(num_letters, embedding, None, seed, batch_size)
    options = {"stateful": stateful, **options}
    for number in range(1, num_layers + 1):
        x = _memory(cell, num_units, number, False, True, seed, options)(x)
    x = _dropped(x, dropout, seed)
    return keras.Model(inputs, _output(x, num_letters, seed), name="next_letter_model")


# How gates begin


@keras.saving.register_keras_serializable(package="bioseq_course")
class GateBias(keras.initializers.Initializer):
    """Begin the biases of a GRU or LSTM with gates that keep: one number, or chrono initialisation.

    The numbers come from NumPy, the same on every back end. Source: arXiv:1804.11188.

    Args:
        cell: `"gru"` or `"lstm"`.
        gate_bias, memory_span, seed: as in `recurrent_layer`; one of the first two is None.

    >>> keras.ops.convert_to_numpy(GateBias("gru", gate_bias=4)((2, 6)))  # z, r, h; two rows
    array([[4., 4., 0., 0., 0., 0.],
           [0., 0., 0., 0., 0., 0.]], dtype=float32)
    """

    def __init__(
        self,
        cell: str,
        gate_bias: float | None = None,
        memory_span: float | None = None,
        seed: int = 0,
    ) -> None:
        self.cell, self.gate_bias, self.memory_span = cell, gate_bias, memory_span
        self.seed = seed

    def __call__(self, shape: tuple, dtype: str | None = None) -> Any:
        """Return the biases: `(4 D,)` of an LSTM, `(2, 3 D)` or `(3 D,)` of a GRU."""
        units = shape[-1] // (4 if self.cell == "lstm" else 3)
        biases = np.zeros(shape)
        row = biases if biases.ndim == 1 else biases[0]  # Keras adds the second row to the first
        if self.memory_span is None:
            keep = np.full(units, self.gate_bias, dtype=float)
        else:
            spans = np.random.default_rng(self.seed).uniform(1, self.memory_span - 1, size=units)
            keep = np.log(spans)
        if self.cell == "gru":  # z, r, h: the update gate keeps
            row[:units] = keep
        else:  # i, f, c, o
            row[units : 2 * units] = keep
            row[:units] = 0 if self.memory_span is None else -keep
        return keras.ops.convert_to_tensor(biases, dtype=dtype or keras.config.floatx())

    def get_config(self) -> dict:
        """Return what a saved model needs to build this again."""
        names = ("cell", "gate_bias", "memory_span", "seed")
        return {name: getattr(self, name) for name in names}


# Parts of the models


def _gate_options(
    cell: str, memory_span: float | None, gate_bias: float | None, seed: int
) -> dict[str, Any]:
    if memory_span is None and gate_bias is None:
        return {}
    if memory_span is not None and gate_bias is not None:
        raise ValueError(
            f"Received memory_span={memory_span!r} and gate_bias={gate_bias!r}. Both say how the "
            "gates begin: pass one of them."
        )
    if cell == "simple":
        raise ValueError('A plain cell has no gates to set. Pass cell="gru" or cell="lstm".')
    if memory_span is not None and not memory_span > 2:
        raise ValueError(
            f"memory_span must be above 2 steps. Received: {memory_span!r}. Pass the number of "
            "steps to remember, or None."
        )
    start = GateBias(cell, gate_bias, memory_span, seed=1000 * seed + 4)
    return {"bias_initializer": start} | ({"unit_forget_bias": False} if cell == "lstm" else {})


def _masked_input(
    num_letters: int, embedding: int | None, length: int | None, seed: int, batch: int | None = None
) -> tuple[Any, Any]:
    """Return the input, and features `(B, L, A)` or `(B, L, width)` that carry the mask."""
    if embedding is None:
        inputs = keras.Input((length, num_letters), batch_size=batch, name="one_hot")
        return inputs, keras.layers.Masking(name="mask")(inputs)
    width = require_positive("embedding", embedding, "Pass None for one-hot inputs.")
    inputs = keras.Input((length,), batch_size=batch, dtype="int32", name="indices")
    start = keras.initializers.RandomUniform(-0.05, 0.05, seed=1000 * seed + 5)
    layer = keras.layers.Embedding(
        num_letters + 2, width, mask_zero=True, embeddings_initializer=start, name="embedding"
    )
    return inputs, layer(inputs)


def _filters(x: Any, num_filters: int, width: int, seed: int) -> Any:
    if num_filters == 0:
        return x
    _require_sizes(conv_filters=num_filters, conv_width=width)
    start = keras.initializers.GlorotUniform(seed=1000 * seed + 6)
    layer = MaskedConv1D(
        num_filters, width, activation="relu", kernel_initializer=start, name="filters"
    )
    return layer(x)


def _memory(
    cell: str,
    num_units: int,
    number: int,
    bidirectional: bool,
    return_sequences: bool,
    seed: int,
    options: dict,
) -> keras.layers.Layer:
    """Return recurrent layer `number`, with or without its partner that reads from the end."""

    def layer(direction: int, **more: Any) -> keras.layers.Layer:
        start = 100 * seed + 2 * number + direction  # other weights for each layer and direction
        return recurrent_layer(
            cell, num_units, return_sequences=return_sequences, seed=start, **options, **more
        )

    name = f"memory_{number}"
    if not bidirectional:
        return layer(0, name=name)
    both = layer(0), layer(1, go_backwards=True)
    return keras.layers.Bidirectional(both[0], backward_layer=both[1], name=name)


def _pool(x: Any, pooling: str, seed: int) -> Any:
    """Return one row of numbers for each sequence; `"last"` is one already."""
    if pooling == "last":
        return x
    if pooling == "all":
        return keras.layers.Flatten(name="pooling")(ZeroAtPadding(name="zeros")(x))
    layers = {
        "max": MaskedMaxPooling1D,
        "mean": keras.layers.GlobalAveragePooling1D,
        "attention": lambda name: AttentionPooling1D(seed=1000 * seed + 7, name=name),
    }
    return layers[pooling](name="pooling")(x)


def _dropped(x: Any, dropout: float, seed: int) -> Any:
    if not dropout:
        return x
    return keras.layers.Dropout(dropout, seed=1000 * seed + 102, name="dropout")(x)


def _output(x: Any, num_outputs: int, seed: int) -> Any:
    start = keras.initializers.GlorotUniform(seed=1000 * seed + 101)
    return keras.layers.Dense(
        num_outputs, activation="softmax", kernel_initializer=start, name="output"
    )(x)


# Checks


def _require_sizes(**sizes: object) -> None:
    for name, number in sizes.items():
        require_positive(name, number, "See the Args of the model.")


def _require_classes(name: str, number: int) -> None:
    if require_positive(name, number, "See the Args of the model.") == 1:
        raise ValueError(
            f"{name} must be at least 2: a softmax over one class is always 1. For a yes or no "
            "pass 2."
        )
