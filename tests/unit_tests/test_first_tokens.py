"""Which tokens an answer may not begin with."""

from __future__ import annotations

from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from langchain_kgt.models.first_tokens import tokens_of
from tests.conftest import byte_tokenizer


def test_an_answer_may_begin_with_the_space_before_a_line_break() -> None:
    """Llama 2 writes a line break as a space and a line break, and so a number of one digit."""
    words = {"<unk>": 0, "▁": 1, "\n": 2, "7": 3, "<": 4, "▁<": 5}
    bare = Tokenizer(models.BPE(vocab=words, merges=[("▁", "<")], unk_token="<unk>"))
    bare.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    bare.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bare, unk_token="<unk>")
    assert tokenizer(" 7", add_special_tokens=False).input_ids[:1] == [1]
    assert tokenizer("\n", add_special_tokens=False).input_ids == [1, 2]
    assert tokens_of(["\n", "<"], tokenizer) == [2, 4, 5]


def test_a_text_of_several_tokens_suppresses_none_of_them() -> None:
    tokenizer = byte_tokenizer()
    assert tokens_of(["Paris"], tokenizer) == []
    assert tokens_of(["\n", "."], tokenizer) == sorted(tokenizer("\n.").input_ids)
