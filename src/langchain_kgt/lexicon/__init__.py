"""What a relation is, as data, and the few lines that read it."""

from langchain_kgt.lexicon.lexicon import Lexicon as Lexicon
