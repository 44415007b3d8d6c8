"""Scores of token sequences: one forward pass over a token tree, or over padded rows."""

from __future__ import annotations

import logging
import math
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import torch

from langchain_kgt.models.pairing import TokenSequence
from langchain_kgt.models.token_tree import TokenTree

logger = logging.getLogger(__name__)

# Tokens in one forward pass. Attention over a packed row grows with its square: 2,048 keeps the
# mask at 16 MB and was as fast per token as any other size on CPU and GPU.
_BATCH_TOKENS = 2048
# Contexts whose likeliest next tokens are kept, and how many of these: a few may be suppressed.
_CONTEXTS = 256
_LIKELIEST = 8


class Scorer:
    """Sums of log-probabilities by any causal model of transformers, in batches that fit.

    Attributes:
        batch_tokens: distinct tokens in one forward pass; halved when memory runs out.
        tree_is_exact: whether the model scores token trees as it scores rows; asked on first use.
        likeliest: the tokens that the model finds likeliest after a context, best first, of the
            latest contexts in token trees: what is generated after one of them begins with it.
    """

    def __init__(self, model: Any) -> None:
        self.model = model
        self.batch_tokens = _BATCH_TOKENS
        self.tree_is_exact: bool | None = None
        self.likeliest: OrderedDict[tuple[int, ...], tuple[int, ...]] = OrderedDict()
        config = model.config.get_text_config()
        self._vocab_size = int(config.vocab_size)
        self._sliding_window = int(getattr(config, "sliding_window", None) or 2**31)

    def score(self, sequences: Sequence[TokenSequence]) -> list[float]:
        """log P(tokens[start:] | tokens[:start]) of every sequence, natural log."""
        if not sequences:
            return []
        run, fit = (self.run_tree, _in_tree) if self.is_exact() else (self.run_rows, _in_rows)
        values = [math.nan] * len(sequences)
        # Longest first, so that a memory error comes at once; equal beginnings stay together.
        pending = sorted(
            range(len(sequences)),
            key=lambda i: (-len(sequences[i].tokens) // 64, sequences[i].tokens),
        )
        while pending:
            size = fit([sequences[i] for i in pending], self.batch_tokens)
            try:
                scores = run([sequences[i] for i in pending[:size]])
            except torch.cuda.OutOfMemoryError:
                if size == 1:
                    raise
                torch.cuda.empty_cache()
                self.batch_tokens //= 2
                logger.warning("out of memory: batches of %d tokens now", self.batch_tokens)
                continue
            for index, score in zip(pending[:size], scores, strict=True):
                values[index] = score
            pending = pending[size:]
        return values

    def is_exact(self) -> bool:
        """Whether this model gives the same numbers for token trees as for plain rows."""
        if self.tree_is_exact is None:
            self.tree_is_exact = self._tree_works()
        return bool(self.tree_is_exact)

    def run_tree(self, sequences: Sequence[TokenSequence]) -> list[float]:
        """One forward pass over the distinct tokens of all sequences; see `token_tree`."""
        if max(len(sequence.tokens) for sequence in sequences) > self._sliding_window:
            # The mask below knows nothing of a window; up to its size there is none.
            return self.run_rows(sequences)
        tree = TokenTree()
        # The logits of a node predict its children, so the last token of a sequence is no node:
        #   path       c0  c1  c2 | t0
        #   logits of          c2   t0          <- path[start - 1 :]
        #   score              t0   t1          <- tokens[start:]
        paths = [tree.add(s.tokens[:-1])[s.start - 1 :] for s in sequences]
        needed = sorted({node for path in paths for node in path})
        row_of = {node: row for row, node in enumerate(needed)}
        device, dtype = self.model.device, self.model.dtype
        visible = torch.from_numpy(tree.ancestors()).to(device)
        mask = torch.zeros(visible.shape, dtype=dtype, device=device)
        mask.masked_fill_(~visible, torch.finfo(dtype).min)
        with torch.inference_mode():
            logits = self.model(
                input_ids=torch.tensor([tree.tokens], device=device),
                position_ids=torch.tensor([tree.positions], device=device),
                attention_mask=mask[None, None],
                logits_to_keep=torch.tensor(needed, device=device),
                use_cache=False,
            ).logits[0]
            picked = _picked(
                logits, [row_of[node] for path in paths for node in path],
                [token for s in sequences for token in s.tokens[s.start :]],
            )
            contexts = {
                s.tokens[: s.start]: row_of[path[0]]
                for s, path in zip(sequences, paths, strict=True)
            }
            best = logits[list(contexts.values())].topk(min(_LIKELIEST, self._vocab_size))
        numbers = best.values[:, 0].isfinite().tolist()
        for context, tokens, is_one in zip(contexts, best.indices.tolist(), numbers, strict=True):
            if is_one:
                self.likeliest[context] = tuple(tokens)
                self.likeliest.move_to_end(context)
        while len(self.likeliest) > _CONTEXTS:
            self.likeliest.popitem(last=False)
        return _sums(picked, sequences)

    def run_rows(self, sequences: Sequence[TokenSequence]) -> list[float]:
        """One forward pass over right-padded rows: what every causal model can do."""
        device = self.model.device
        width = max(len(s.tokens) for s in sequences) - 1
        # Padding stands to the right of all that is read, so any token will do.
        ids = torch.zeros((len(sequences), width), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, s in enumerate(sequences):
            ids[row, : len(s.tokens) - 1] = torch.tensor(s.tokens[:-1])
            mask[row, : len(s.tokens) - 1] = 1
        first = min(s.start for s in sequences) - 1
        with torch.inference_mode():
            logits = self.model(
                input_ids=ids.to(device), attention_mask=mask.to(device), use_cache=False
            ).logits[:, first:]
            kept = [
                logits[row, s.start - 1 - first : len(s.tokens) - 1 - first]
                for row, s in enumerate(sequences)
            ]
            targets = [token for s in sequences for token in s.tokens[s.start :]]
            picked = _picked(torch.cat(kept), range(len(targets)), targets)
        return _sums(picked, sequences)

    def _tree_works(self) -> bool | None:
        """Whether this model, asked once, gives the same numbers for a tree as for plain rows.

        None if what it gives for plain rows is no number, which says nothing of trees.

        A model without attention masks (state-space models), or with an attention kernel that
        ignores them, does not; it is scored row by row in padded batches.
        """
        tokens = [i % self._vocab_size for i in range(5, 13)]
        ends = (tokens[3:6], tokens[6:8], tokens[3:4] + tokens[7:8])
        probe = [TokenSequence((*tokens[:3], *end), 2) for end in ends]
        tolerance = 1e-3 if self.model.dtype == torch.float32 else 0.5
        try:
            rows = self.run_rows(probe)
            if not all(map(math.isfinite, rows)):
                return None
            exact = all(
                abs(a - b) <= tolerance for a, b in zip(self.run_tree(probe), rows, strict=True)
            )
        except (RuntimeError, ValueError, TypeError, IndexError) as error:
            logger.debug("token trees fail on this model: %s", error)
            exact = False
        if not exact:
            logger.info("%s cannot score token trees; using padded rows", type(self.model).__name__)
        return exact


def _picked(logits: torch.Tensor, rows: Sequence[int], targets: Sequence[int]) -> list[float]:
    """log softmax(logits)[row, target] of each pair, in float32 whatever the model's dtype."""
    logits = logits.float()
    index = torch.tensor(rows, device=logits.device)
    normalizer = torch.logsumexp(logits, dim=-1)[index]
    return (logits[index, torch.tensor(targets, device=logits.device)] - normalizer).tolist()


def _sums(picked: Sequence[float], sequences: Sequence[TokenSequence]) -> list[float]:
    values = iter(picked)
    return [math.fsum(next(values) for _ in s.tokens[s.start :]) for s in sequences]


def _in_rows(sequences: Sequence[TokenSequence], budget: int) -> int:
    """How many of the sequences, longest first, fit into padded rows of `budget` tokens."""
    return max(1, budget // max(len(sequence.tokens) for sequence in sequences))


def _in_tree(sequences: Sequence[TokenSequence], budget: int) -> int:
    """How many of the sequences fit into one pass of `budget` distinct tokens; at least one."""
    tree = TokenTree()
    for count, sequence in enumerate(sequences):
        tree.add(sequence.tokens[:-1])
        if len(tree) > budget and count:
            return count
    return len(sequences)
