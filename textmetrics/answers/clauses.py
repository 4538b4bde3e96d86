"""The words by which texts state answers, in English, Chinese and Japanese: see docs/answers.md."""

from __future__ import annotations

import re
from functools import cache

__all__ = ["MARKS", "SENTENCE", "cues", "plain_marks"]

# Emphasis and LaTeX around an answer.
MARKS = re.compile(
    r"[*`$~{}]|__|\\(?:text(?:bf|rm)?|math(?:bf|rm)|boxed|fbox)(?![A-Za-z])|\\(?=[()\[\]])"
)
SENTENCE = ".|?"
"""What ends a sentence: a mark, a line feed (``|``), a question mark."""

# A kind of word is one character, so that a clause is a short string and its grammar a pattern.
# Latin words match whole and in any case; the others match where they stand. The first line that
# matches decides, so longer expressions come before the words in them.
_WORDS: tuple[tuple[str, str, str], ...] = (
    # Fixed expressions whose words would mislead.
    ("-", r"no\sdoubt|without\s(?:a\s)?doubt|not\sonly|not\ssurprisingly",
     r"无疑|無疑|毫无疑问|不仅|不但|不难|不妨|没问题|間違いなく|に違いな[いく]|ではないでしょうか"
     r"|ではないかと|じゃないかな"),
    # F: what makes a statement hypothetical, or true in some cases only.
    ("F", r"if|suppos(?:e|ing)|assum(?:e|es|ing)|whether|unless|provided|imagine"
     r"|only\s(?:if|when|for|in|under|after|before|at|on|during|with)|except\s(?:if|when|that)"
     r"|(?:some|many|most)\s(?:people|students|would|might|may)?\s?(?:say|think|believe|claim)",
     r"如果|假如|假设|假設|倘若|要是|若(?!干)|是否|只有?在|仅在|僅在|もし|仮に|かどうか|の?場合"),
    # q: after "is correct", what narrows it.
    ("q", r"when|that|about|regarding|until|in\sthat|in\ssaying|insofar", r"ときに?|地"),
    # t: what says the same of another letter.
    ("t", r"(?:so|as)\s(?:is|are|does|was)(?=\s\S{0,2}[A-Z]\b)", r"(?!)"),
    # E: a heading after which an explanation follows.
    ("E", r"explanation|reason(?:ing)?|rationale|analysis|justification",
     r"解析|解説|解說|分析|理由|说明|説明|詳解|详解"),
    # M: what is left when the others are gone.
    ("M", r"(?:is|are|am|be|'m|'re)?\s?left\swith|leav(?:es?|ing)(?:\s(?:us|me)\swith)?"
     r"|remain(?:s|ing)?|(?:is|'s)\s(?:all\sthat\s)?(?:is\s)?left",
     r"只剩下?|仅剩下?|僅剩下?|剩下|剩余|余下|留下|残(?:り|る|って|った)(?:ます|ました|いる|います)?"),
    # J: what takes a letter away, before or after it.
    ("J", r"rul(?:e|es|ed|ing)\sout|eliminat(?:e|es|ed|ing)|exclud(?:e|es|ed|ing)"
     r"|discard(?:s|ed|ing)?|dismiss(?:ed|ing)?|reject(?:s|ed|ing)?|rather\sthan|instead\sof|than"
     r"|avoid|cross(?:ed|ing)?\sout",
     r"可?以?被?排除[掉了]?|除去|除外|去掉|剔除|划掉|而不是|而非|消去(?:でき|され)?"),
    # e: what takes a letter out of all, of which something is said.
    ("e", r"except(?:\sfor)?|other\sthan|apart\sfrom|besides|(?:all|every\w*|any\w*)\sbut",
     r"除了|除(?!以)|以外"),
    # V and v: a choice, before the letter and after it.
    ("v", r"(?!)", r"を選(?:択)?(?!ば)(?:び|ぶ|ん|し|する)?(?:ます|だ)?|にします|だけが残"),
    ("V", r"choos(?:e|es|ing)|chose|chosen|select(?:s|ed|ing)?|pick(?:s|ed|ing)?|go(?:ing)?\swith"
     r"|opt(?:ed)?\sfor|settl(?:e|ed)\son|vote\sfor|guess|selection",
     r"[选選][择擇]?(?![项項手举舉拔出])"),
    # Correction, at the beginning of a clause.
    ("!", r"wait|actually|hold\son|hmm+|scratch\sthat|sorry|correction|oops"
     r"|on\ssecond\sthoughts?|let\sme\s(?:re\w+|double\W?check|check\sagain)|no(?=\s?[,.!:;-])",
     r"等等|等一下|更正|纠正|糾正|抱歉|不[对對](?=[,，。.!;、])|いや|待って|訂正|すみません|いえ"
     r"|違う(?=[,、。.!])"),
    # n: a denial behind the letter, which Japanese has.
    ("n", r"(?!)", r"(?:では|じゃ)(?:なく(?:て)?|ない|ありません|なかった)|でも?ない|を?選ばない|は選べない|より"),  # noqa: E501
    # W and R: wrong and right.
    ("W", r"wrong|incorrect|false|untrue|invalid|inaccurate|distractors?|unlikely|impossible"
     r"|implausible|mistaken|irrelevant|errors?",
     r"错误|錯誤|[错錯](?!过|過)|有[误誤]|誤り|誤って(?:いる|います)|誤答|誤(?!差)|間違[いえ]?"
     r"(?:って)?(?:いる|います|です|ている)?|不適[切当]|不正解|不正確|不正确|不[对對]|不符合?|不成立"
     r"|不合适|不恰当|正しくな[いく]|正しくありません|適切で(?:は)?な[いく]|違い?ます|違う"
     r"|干扰项|干擾項|[✗✘❌×✕✖]"),
    ("R", r"correct|right|true|best|better|appropriate|accurate|suitable|valid|closest|likel(?:y|iest)"  # noqa: E501
     r"|makes?\s(?:the\smost\s)?sense|fits|matches",
     r"正[确確](?!率|地|认识|性)|[对對]的|[对對](?=[,，。.;!?、了\n]|$)|正しい|適切|適当|ふさわしい|最適"
     r"|符合(?:题意|題意)?|成立|合适|合適|恰当|恰當|妥当|[✓✔✅√○◯⭕]"),
    # a: the answer; l: a label of a letter; s: what a letter stands for.
    ("a", r"(?:final\s)?answers?|ans|solution|antwort|r[ée]ponse|respuesta|risposta|resposta",
     r"答案|答え|解答|回答|正解|正答|答"),
    ("l", r"options?|choices?|letters?|alternatives?", r"选项|選項|選択肢|项|項|肢"),
    ("s", r"statements?|ones?|sentences?|descriptions?",
     r"的?(?:说法|說法|叙述|敘述|表述|描述|判断|做法|一项|一項|观点|觀點)|記述|文"),
    # N: not. Behind a word of its own kind it is part of it (is n't).
    ("N", r"not|never|cannot|doubt(?:s|ed|ful)?|neither|nor|none|without|\w{1,6}n['’]t|hardly|cannot",  # noqa: E501
     r"并?不|并非|並非|没|沒|非(?!常)|别(?!的)|勿|未"),
    # h: a hedge, which makes a statement weaker; k: what makes it no statement.
    ("k", r"part(?:ly|ially)|almost|nearly|tempting|superficially|once|often|sometimes"
     r"|entirely\?|half", r"部分|基本|看似|一見|一部|有时|有時"),
    ("h", r"might|may|could|seems?|looks?|appears?|sounds?|perhaps|maybe|possibly",
     r"似乎|看起来|看來|也许|或许|可能|かもしれ|おそらく|たぶん"),
    # C: a conclusion; b: but; &: other words that begin a clause.
    ("C", r"so|therefore|thus|hence|consequently|accordingly|ergo|then|in\sconclusion|overall"
     r"|finally|conclusion|in\ssummary|in\sshort",
     r"所以|因此|因而|故此?|综上(?:所述)?|綜上(?:所述)?|由此|可知|可见|可見|于是|从而|那么|则"
     r"|し?たがって|従って|よって|ゆえに|故に|以上より|以上から|つまり|だから|結論|结论|結局"),
    ("b", r"but", r"而是|但是?|然而|不过|しかし|だが|ですが"),
    ("&", r"however|though|although|while|whereas|and|because|since|yet|where|whose",
     r"因为|因為|由于|由於|而且?|并且|虽然|雖然|なので|ので|ため|けれど"),
    # p and c: it is; r: a relation.
    ("p", r"it|that|this|which|they|mine|its", r"它|这个?|這個?|那个?|それ|これ"),
    ("c", r"is|are|was|were|be|been|est|es|ist|equals?|being|means",
     r"(?<=[A-Za-z])'(?:s|re)(?![A-Za-z])|(?<=的)有|就?是|[为為]|即|は|が|も"),
    ("r", r"of|to|at|by|in|on|for|from|with|under|between|like|as|about|into", r"在|与|對於|对于|に"),  # noqa: E501
    # Words that carry nothing here; a letter may follow them.
    ("-", r"the|an?|us|me|my|our|your|we|i|you|i['’](?:d|ll|m|ve)|must|should|would|will|can|clearly"  # noqa: E501
     r"|definitely|probably|surely|certainly|really|very|most|more|only|just|simply|indeed|still"
     r"|also|both|either|all|these|those|think|thinks|believe|say|said|feel|conclude|concludes|know"
     r"|see|find|found|suspect|reckon|here|now|do|does|did|am|have|has|had|correctly|obviously|again"
     r"|too|there|always|final|single|given|la|le|el|die|der|das|il|correcta?|is\sthe",
     r"应该?|應該?|該|该|当|當|就|才|都|均|皆|全部?|显然|顯然|明显|我|认为|認為|觉得|覺得|想|最|其中"
     r"|本[题題]|[题題]|此|只有|只能|唯一|可以?|能|会|必[须定]?|一定|肯定|也|的|了|吧|呢|啊|です|である"
     r"|でしょう|だ|と(?:思|考え)(?:います|う|ます|る)?|もの|こと|の|最も|明らかに|私|を|もっとも|ます"
     r"|と言え|となります|になります|いう"),
)  # fmt: skip


def plain_marks(text: str) -> str:
    """Return a text without emphasis and LaTeX."""
    return MARKS.sub("", text)


@cache
def cues() -> tuple[str, dict[str, str]]:
    """Return a pattern of all words with a group for each line of the list, and the groups' kinds.

    The marks of a clause are in it too: comma, colon, and what ends a sentence.
    """
    kinds: dict[str, str] = {}
    parts = []
    for number, (kind, latin, other) in enumerate(_WORDS):
        kinds[f"w{number}"] = kind
        parts.append(rf"(?P<w{number}>(?<![A-Za-z])(?i:{latin})(?![A-Za-z])|{other})")
    for name, kind, marks in (
        ("comma", ",", r"[,，、]"),
        ("colon", ":", r"[:：=→]|=>|->|[ ][-—–]+[ ]|—+"),
        ("question", "?", r"[?？]"),
        ("line", "|", r"\n"),
        ("stop", ".", r"[.。!！;；…]+"),
        ("other", "x", r"[A-Za-z0-9_'’À-ÿ]+|[^\sA-Za-z0-9\W]"),
    ):
        kinds[name] = kind
        parts.append(f"(?P<{name}>{marks})")
    return "|".join(parts), kinds
