"""Token sequences laid out so that every shared prefix is computed once.

Ten candidates after one prompt share all of it, and prompts from one template share its beginning.
Laid side by side in one row, each token once, with a mask that lets a token see its ancestors and
nothing else, they cost one forward pass over the distinct tokens:

    sequences        0 1 2 3      row        0  1  2  3  4  5
    [a b c d]        a b c d      token      a  b  c  d  e  f
    [a b e]          a b e        parent     -  0  1  2  1  4
    [a b e f]        a b e f      position   0  1  2  3  2  3

Token 4 (e) sees 0, 1 and itself. The logits at position i of a sequence predict its token i + 1,
so only nodes with a scored child need logits at all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


class TokenTree:
    """A forest of token sequences in which each shared prefix stands once.

    >>> tree = TokenTree()
    >>> tree.add([7, 8, 9])
    [0, 1, 2]
    >>> tree.add([7, 8, 5])
    [0, 1, 3]
    >>> tree.positions
    [0, 1, 2, 2]
    >>> tree.ancestors().astype(int).tolist()
    [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 0, 1]]
    """

    def __init__(self) -> None:
        self.tokens: list[int] = []
        self.parents: list[int] = []
        self.positions: list[int] = []
        self._child: dict[tuple[int, int], int] = {}

    def __len__(self) -> int:
        return len(self.tokens)

    def add(self, sequence: Sequence[int]) -> list[int]:
        """Add a sequence of token ids and return the node of each of its tokens."""
        path: list[int] = []
        node = -1
        for position, token in enumerate(sequence):
            parent = node
            node = self._child.setdefault((parent, token), len(self.tokens))
            if node == len(self.tokens):
                self.tokens.append(token)
                self.parents.append(parent)
                self.positions.append(position)
            path.append(node)
        return path

    def ancestors(self) -> npt.NDArray[np.bool_]:
        """Which node sees which, shape (nodes, nodes): row i is true at i and at its ancestors."""
        visible = np.zeros((len(self), len(self)), dtype=np.bool_)
        for node, parent in enumerate(self.parents):
            if parent >= 0:
                visible[node] = visible[parent]
            visible[node, node] = True
        return visible
