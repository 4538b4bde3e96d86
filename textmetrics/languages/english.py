"""English: words by Unicode."""

from __future__ import annotations

from textmetrics.languages.language import Language
from textmetrics.languages.words import WORDS

__all__ = ["ENGLISH"]

# What no stopword list may contain: words that carry answers, by the classes that
# stopwords/README.md names, and more than one word of each pair that swaps the meaning.
_PROTECTED = """
    can could may might will would did had has have having was were been being so such
    please let's gonna basically essentially
    no not never nor none nothing nobody nowhere neither without cannot ain't isn't aren't
    wasn't weren't don't doesn't didn't can't couldn't won't wouldn't shan't shouldn't mustn't
    mightn't needn't hasn't haven't hadn't n't unless except hardly barely yes yeah yep yup ok
    okay sure right correct true false aye indeed maybe perhaps zero one two three ten hundred
    first second half all some any many much both each every most few several another other same
    either up down left right before after more less fewer least over under above below out off
    on inside outside near far here high low early late forward back north south who whom whose
    what which where when why how he she i you we they me him her us them his hers my mine your
    yours our ours their theirs himself herself myself yourself ourselves themselves this these
    now then again already still yet only just even almost about must should shall ought by for
    against from since until or but if because although though while

    and/or/nor/but and/if/unless and/because/although so/because because/although if/unless
    while/whereas however/therefore also/only also/neither from/to to/for for/against to/against
    from/for to/by to/via into/out in/out in/on/at in/under in/by/until on/off up/down
    over/under above/below before/after since/until with/without with/against with/by by/for
    of/by of/from inside/outside within/without toward/away this/that these/those here/there
    now/then it/he/she/they its/his/her/their it/us is/isn't will/won't can/cannot may/must
    can/must would/should could/should may/shall do/don't has/hasn't ever/never some/none
    all/none both/neither more/less most/least much/little many/few hello/goodbye hi/bye
    there's/here's it's/he's/she's that's/this's that'll/this'll who/what yes/no too/either
    still/already
"""

ENGLISH = Language(
    "en",
    "English",
    WORDS,
    scripts=("Latin",),
    stopwords=True,
    protected=_PROTECTED,
    leaning="a an the and than",
)
