"""What labs say of themselves: minutes, headings, the length of the model reply, third hints."""

import re
from typing import NamedTuple

from bioseq_course.exercises import cnn_motifs, gru_lstm, rnn_bptt

import pytest


class Lab(NamedTuple):
    """A lab: its exercises, its name, its written question, how its challenge's title ends."""

    exercises: tuple
    name: str
    reply: str
    challenge: str


LABS = (
    Lab(cnn_motifs.EXERCISES, "04_cnn_motifs", "tube_reply", "two factors"),
    Lab(rnn_bptt.EXERCISES, "05_rnn_bptt", "divergence_reply", "fifty steps back"),
    Lab(gru_lstm.EXERCISES, "06_gru_lstm", "padding_reply", "the first of many"),
)
every_lab = pytest.mark.parametrize("lab", LABS, ids=[lab.name for lab in LABS])


@pytest.fixture
def lab_text(root, lab):
    return (root / f"solutions/{lab.name}/{lab.name}.py").read_text(encoding="utf-8")


@every_lab
def test_the_lab_says_how_long_its_exercises_take(lab, lab_text):
    text = " ".join(lab_text.replace("\n# ", " ").split())
    minutes = {level: 0 for level in ("must", "should", "stretch")}
    for exercise in lab.exercises:
        minutes[exercise.level] += exercise.minutes
    pattern = r"Time:\*\* (\d+) minutes: (\d+) .*?, (\d+) for the written"
    total, needed, written = map(int, re.search(pattern, text).groups())
    assert needed == minutes["must"] + minutes["should"]
    assert f"({minutes['stretch']} minutes)" in text
    assert f"`{lab.reply}` · {written} minutes" in text
    assert total - needed - written >= 24, "reading and running take time as well"
    challenge = re.search(r"the challenge \((\d+)\)", text)[1]
    assert f"{lab.challenge} · {challenge} minutes, optional" in text


@every_lab
def test_the_headings_are_those_of_the_exercises(lab, lab_text):
    for exercise in lab.exercises:
        points = f"{exercise.points} point" + "s" * (exercise.points > 1)
        heading = f"`{exercise.name}` · {exercise.level} · {exercise.minutes} minutes · {points}"
        assert heading in lab_text


@every_lab
def test_the_model_reply_keeps_to_the_words_allowed(lab, lab_text):
    allowed = int(re.search(r"in at most (\d+) words", " ".join(lab_text.split()))[1])
    reply = re.search(rf"written=\"{lab.reply}\".*?SOLUTION\n(.*?)# ### END", lab_text, re.S)[1]
    assert 100 < len(re.findall(r"\w[^\s]*", reply.replace("# ", ""))) <= allowed


@every_lab
def test_third_hints_are_not_the_solution(lab):
    for exercise in lab.exercises:
        assert "return " not in exercise.hints[2]
        assert not re.search(r"\bfor \w+ in [^,.]*: ", exercise.hints[2]), exercise.name
