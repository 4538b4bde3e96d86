"""Which number a text gives as its answer, and whether two numbers are the same.

The rules are those of docs/answers.md, and this file follows their order: the first answer of a
run-on is cut off, a mark or a box decides, then the last statement, and else the last number that
is not a mention.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from textmetrics.answers.extractors import last_box
from textmetrics.answers.numerals import Number, Numeral, find_numerals, prepare_numerals

__all__ = [
    "NUMBER_RULES",
    "agree",
    "exact_tolerance",
    "number_of",
    "read_number",
    "read_reference_number",
    "same_number",
]

NUMBER_RULES = ("marked", "boxed", "json", "stated", "only", "last")
"""What makes a number the answer, the strongest first."""

_KANA = re.compile("[ぁ-ヺー]")

# --- statements ---------------------------------------------------------------------------------

# Emphasis, quotes and brackets around the words of a statement and around its number.
_MARKUP = r"[*_`\"'“”‘’」』】\])]{0,4}"
_NAMES = "答案|答え|解答|回答|正解|正答"
_STATEMENT = re.compile(
    # {"answer": 18}
    rf"(?P<json>\\?[\"'](?i:(?:final|correct)?[_ ]?answer|{_NAMES}|最终答案)\\?[\"']\s?:)"
    # <answer>18
    r"|<(?i:answer)>"
    # the answer to this question is 18, Answer: 18
    rf"|\b(?i:answers?){_MARKUP}\s?(?:\b(?i:to|of|for|in|here|we|i|you|that)\b[^\n.:=?!]{{0,80}}?)?\s?"
    r"(?:\b(?i:is|are|was|(?:would|should|must|will|could|can)\sbe|equals|comes?\s(?:out\s)?to)\b"
    r"(?!n't|\sn[o']t\b(?!\s?[\d$]))|[:=]|->|→)"
    rf"|\b(?i:final\sanswer){_MARKUP}\s?(?=[-$\d])"
    # a heading: ## Final answer
    rf"|(?m:^[#*\s]{{0,6}}(?i:(?:the\s|final\s|my\s){{0,2}}answer){_MARKUP}$)"
    # 答案是18, 答えは18, 【正解】18
    rf"|(?:{_NAMES}|(?<![回问問解])答|正しい(?:の|数|数値|値)?)"
    rf"{_MARKUP}\s?(?:应该|應該|应当|應當|应|應|就|也)?(?:[是为為:=はが]|として(?:は)?|等于|等於|即(?:为|是)?|(?=[\d-])|(?<=[】\]]))"
)
# Keys of a JSON object that has none of the above.
_RESULT_KEY = re.compile(
    r"[\"'](?i:(?:final|total)?[_ ]?(?:result|solution|output|value|total))[\"']\s?:"
    r"|[\"'](?:最终|最終|计算|計算)?(?:结果|結果|解|合计|合計)[\"']\s?:"
)
# What may stand between the words of a statement and its number.
_GAP = re.compile(
    r"(?:[\s*_`\"'“”‘’「『《(\[{:,、=≈~]|\$(?=[\\-]|\s?[A-Za-z])|\\[(\[,;!\s]|\\\\|\\left\b"
    r"|\\(?:text|math)(?:rm|bf)?\{|\\(?:boxed|fbox)\{|\\displaystyle\b"
    r"|\b(?i:the|an?|just|only|exactly|about|approximately|roughly|around|therefore|thus|hence|so"
    r"|clearly|simply|number|value|integer|then|still|indeed|equal|to|also|really|now|actually"
    r"|probably|likely|is|be|of|that|total|it|there|are)\b|[A-Za-z]\s?(?==)"
    r"|[约約]|大约|大約|およそ|一?共|总共|總共|总计|合计|合計|全部で|ちょうど|就?是|应该是|[为為]|等于){0,12}"
)
_NOT = re.compile(
    r"(?:\b(?:not|neither|nor|never|cannot|not\s\S{1,12}\s(?:or|and)|rather\sthan|instead\sof|other\sthan)|n't)"
    r"\s(?:be\s|equal\s(?:to\s)?|exactly\s|the\s)?(?:\\?[$€£¥])?\Z"
    r"|(?:不|并非|並非|绝非|而非)(?:[是为等會会]|可能是|应该是|能是)?于?\Z",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(
    r"\s?(?:[A-Za-z]{1,12}\s)?(?:[、,]?(?:では|じゃ)(?:な|あり)|でな[くい]|でも[^。\n]{0,12}な[くい]|は(?:誤り|間違い|違い)"
    r"|[是为](?:错|錯|不对|不對|误)|不对|不對|[有是]误|有誤|错了|錯了"
    r"|(?i:is|was|are|would\sbe)(?:n't|\s(?i:not|never))\b"
    r"|(?i:is|was)\s(?i:wrong|incorrect|false)\b)"
)
_INSTEAD = re.compile(r"[\s,.、]*(?:but|rather|it(?:'s|\sis)|and|而是|应?是|く|なく|で)?[\s、,*]*")
_LONGEST_GAP = 80
# A statement that there is no number.
_UNKNOWN = re.compile(
    r"(?i:between\s|null\b|none\b|nan\b|n/a\b|unknown\b|undefined\b|infinite|not\s(?:enough|known|given|possible"
    r"|determined|defined|clear)|impossible|cannot\b|no\s(?:real\s)?(?:solution|answer|number|such)"
    r"|(?:does\snot|doesn't)\sexist|undetermined|indeterminate|unclear)"
    r"|无解|無解|不存在|无法|無法|不知道|不确定|未知|无$|解なし|なし|不明|わから|分から|存在しない|不可能"
)
_REFUSAL = re.compile(
    r"(?i:\b(?:cannot|can't|can\snot|could\snot|unable\sto|impossible\sto|not\spossible\sto)\s(?:be\s)?"
    r"(?:determine|answer|solve|tell|find|calculate|compute|say\b)|(?:not\senough|insufficient)\s(?:\w+\s)?"
    r"(?:information|data|facts)|\bno\s(?:real\s|integer\s)?solutions?\b|\bi\s(?:do\snot|don't)\sknow\b)"
    r"|(?:无法|無法|不能)(?:确定|確定|判断|得出|计算|計算|回答|求出)|(?:信息|条件|資訊|數據|数据)不足|无解|無解"
    r"|(?:分かり|わかり|判断でき|求められ|求まり|決まり|定まり)ません|情報が(?:足り|不足)|解なし|解はな"
)
# --- several numbers, none of which is the answer -------------------------------------------------

_UNIT = r"(?:\s?(?P<unit>[A-Za-z°]{1,12}|[\u3400-\u9fff]{1,3}?|[ァ-ヺー]{1,8}|つ))?"
_OPEN = r"\s?(?:[a-z]\s?=\s?)?(?:\\?[$€£¥])?"
# From one to the other: 10 to 15, 10~15, 100元到150元.
_RANGE = re.compile(rf"{_UNIT}\s?(?:-|~|—|\b(?:up\s)?to\b|through\b|[到至]|から|ないし|乃至)\s?")
# One or the other.
_CHOICE = re.compile(
    rf"{_UNIT}\s?[,、]?\s?(?:\bor\b(?:\s(?:possibly|maybe|perhaps|even|else))?|或(?:者|是|许|許)?是?|还是|還是"
    rf"|または|又は|もしくは|或いは|あるいは|か[,、]?(?:または|もしくは|あるいは)?){_OPEN}"
)
_PAIR = re.compile(rf"{_UNIT}\s?[,、]?\s?(?:\band\b|和|与|與|跟|及|且|と|[,、]){_OPEN}")
_EQUALS = re.compile(r"[a-z]\s?=\s?\Z")
_BETWEEN = re.compile(r"(?:\b(?i:between)|[在于於])\s(?:\\?[$€£¥])?\Z|(?:介[于於]|[在于於])\Z")
_THE_MIDDLE = re.compile(r"\s?(?:[\u3400-\u9fff]{1,3}?|[ァ-ヺー]{1,8})?(?:之间|之間|の間|间|間)")
_SEVERAL = re.compile(
    r"(?:\b(?i:solutions|roots|zeros|answers|values|numbers)\s(?:are|were|of\s\w+\sare)|[解根](?:是|为|為|は|[=:]))"
    r"[:\s]{0,2}\Z"
)
# Rounded to 3.7, rose from 10 to 15, 10から15に: the second one is a result.
_CHANGED = re.compile(
    r"\b(?i:round|simplif|reduc|increas|decreas|chang|rais|ris|rose|grow|grew|drop|fall|fell|go|went"
    r"|cut|lower|mov|jump|climb|shr[ia]nk|improv|up|down|convert|compar|add)(?:\w{0,6})\b[^.\n]{0,60}\Z"
)
_CHANGES = re.compile(r"\s?(?:[\u3400-\u9fff]{1,3}?|[ァ-ヺー]{1,8}|つ)?[にへを]|\s?[=≈]")
# Not the answer, but one that may be it.
_PERHAPS = re.compile(
    r"(?:\b(?i:(?:may|might|could|can)\s(?:also\s|well\s)?be|(?:maybe|perhaps|possibly|either)(?:\sit(?:'s|\sis))?)\s"
    r"(?:\\?[$€£¥])?|(?:可能|也许|也許|或许|或許|要么|要麼|要嘛|说不定|不是|就|便)(?:会|會)?是?)\Z"
)
_PERHAPS_AFTER = re.compile(r"\s?(?:[\u3400-\u9fff]{1,3}?|[ァ-ヺー]{1,8}|つ)?(?:かもしれ|の可能性)")
_THEN_OTHER = re.compile(r"[^.。!?！？\n]{0,40}(?:[.。]\s?[^.。!?！？\n]{0,30})?")
# What follows an expression or a count, and states it once more: 12 + 6, i.e. 18.
_THAT_IS = re.compile(
    r"(?P<unit>\s?[A-Za-z\u3400-\u9fffァ-ヺー][^.。\n,，;()]{0,30})?\s?[,(]?\s?"
    r"(?:\b(?i:i\.?e\.?|that\sis(?:\sto\ssay)?|namely|in\sother\swords)|[即]|也就是说?|亦即|[、,]?(?:つまり|すなわち))"
    r"[,、:]?\s?(?:是|为|為)?\s?"
)
_BARE = re.compile(r"\s?(?:です|だ)?\s?(?:[.。)!\n*]|\Z)")
# The number after these words belongs to a stated one: 3 and 4, 2:30, 5±1.
_SECOND = re.compile(r"\s?(?:\band|[和及と]|[-~:±])\s?(?:\\?[$€£¥])?\Z")
_OPERATION = re.compile(
    r"\s?(?:[A-Za-z%°]{1,12}\s?|[\u3400-\u9FFFぁ-ヺ]{1,3}\s?)?"
    r"(?:[-+*/×÷·^=≈()\[\]$€£¥\\\s]|\\(?:times|cdot|div)\s?){1,12}\Z"
)
# What makes a number part of an expression: √3, 2π.
_WITHIN = re.compile(
    r"(?:√|\\sqrt\s?(?:\[[0-9]\])?\{?|\bsqrt\s?\(?|\\(?:log|ln|sin|cos|tan)\s?[({]?|"
    r"±\s?|\\pm\s?|\}\s?\{|\\[dtc]?frac\s?\{|(?<![A-Za-z])[A-Za-z]\s?(?:[<>≤≥]=?|\\[lg]e?q?))\s?\Z"
)
_RATIO = re.compile(r"(?<![0-9])[0-9]{1,2}:\Z")  # 3:4, but not 10:30
_VARIABLE = re.compile(r"[xyzn](?![A-Za-z0-9'])")
_FACTOR = re.compile(
    r"\s?(?:\\cdot|\\times|[*·×])?\s?(?:√|π|∞|\\(?:pi|sqrt|infty|theta|sqrt|log|ln)\b|sqrt\b|pi\b"
    r"|\\[dtc]?frac)"
)
_TUPLE = re.compile(
    r"\\?[(\[{](?:[-+0-9./ ∞π√{}]|\\[a-z]+){1,40}(?:,(?:[-+0-9./ ∞π√{}]|\\[a-z]+){1,40}){1,9}"
    r"\\?[)\]}]"
)
_POSTPOSED = re.compile(
    r"\s?\((?i:(?:the\s)?(?:final|correct)\s)?(?:(?i:answer)|答案|答え)\)|[*_`\s)\]]{0,4}(?:[A-Za-z]{1,12}\s)?"
    r"(?i:as\s(?:the|my|our)\s(?:final\s)?answer)\b|[*_`\s)\]」』]{0,4}(?:[A-Za-z]{1,12}\s)?(?:(?i:is|was)\s(?i:the|my|our)\s(?i:(?:final|correct|right)\s)?"
    r"(?i:answer)\b|(?:[個个人円元本枚つ]|です)?(?:が|こそ)(?:最終的な|正しい)?(?:答|正解|正答)"
    r"|[是为](?:最终|正确|本题)?的?答案)"
)
_NUMBER_FOLLOWS = r"(?=\s?[-*$€£\\]{0,4}[0-9零〇一二两兩三四五六七八九十百千])"
_MISTAKE = r"(?i:forgot|miss|miscount|misread|overlook|miscalculat|mistake|error|wrong)|[忘漏错錯]|[少多]算|間違|ミス|抜け|抜かし"
_WAIT = (
    r"(?:\b(?i:wait|hold\son|hmm+|oops|oh|sorry)\b|等等|等一下|等一等|等下|且慢|[哦啊哎噢]|抱歉|对不起|對不起|不好意思|待って|おっと"
    r"|(?<![ぁ-ん])あ[っれ]?[、,]|すみません|失礼)"
)
_CORRECTION = re.compile(
    r"\b(?i:correction\s?:|scratch\sthat|(?:that's|that\sis|this\sis)\s(?:wrong|incorrect|not\sright)"
    r"|(?:i|i've)\s(?:have\s)?(?:made|make)\sa(?:n|\scalculation)?\s?(?:mistake|error)"
    r"|(?:i|we)(?:'ve|\shave)?\s(?:forgot|missed|miscounted|misread|overlooked|miscalculated)"
    r"|(?:actually|no|sorry),?\s(?:it|that)(?:'s|\sis|\sshould\sbe)(?=\s[-*$€£\\]{0,4}[0-9])"
    r"|let\sme\scorrect)"
    rf"|[,;.—-]\s?(?i:no|sorry|oops|rather)[,:]?\s(?=[-*$€£]{{0,4}}[0-9])"
    r"|不对[,。:，]|不對[,。:，]|算错|算錯|更正|搞错|写错了|訂正|間違え(?:た|まし)|いや、|計算ミス"
    rf"|[,、。]\s?(?:哦|啊)?不[,、](?:应该|應該)?是?{_NUMBER_FOLLOWS}|いや{_NUMBER_FOLLOWS}"
    r"|[我](?:刚才|剛才|刚刚)?(?:把[^。,]{1,12})?(?:忘|漏|少算|多算)"
    rf"|{_WAIT}[^\n。.!?]{{0,40}}?(?:{_MISTAKE})"
    rf"|{_WAIT}[^\n]{{0,100}}?(?:应该?[是为]|應該?[是為]|\b(?i:should\sbe)|正しくは){_NUMBER_FOLLOWS}"
)
_RESTATED = re.compile(
    r"应该?[是为]|應該?[是為]|正确的?[是为]|\b(?i:should\sbe|must\sbe|(?:it|that|this)(?:'s|\sis)|make\sthat)\b"
    r"|正しくは|ので|から"
)

# --- mentions -----------------------------------------------------------------------------------

_TIME = r"(?:second|minute|hour|day|night|week|month|year|decade)s?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}\.?"
# No answer where there is another number: citations, confidence, references, dates.
_MENTION_BEFORE = re.compile(
    r"(?:\[(?:[0-9]{1,3}[,-]\s?){0,9}|【)\Z"
    r"|(?i:confiden(?:ce|t)|certainty)\b[^\n.]{0,24}\Z"
    r"|(?:置信度|可信度|把握|信心|確信度|信頼度|自信)[^\n。,、]{0,8}\Z"
    r"|\b(?i:steps?|part|eq|eqs|equations?|fig|figures?|tables?|section|chapter|lines?|pages?|p|pp"
    r"|questions?|problem|example|ex|note|hint|attempt|version|method|case|theorem|rule)\.?\s?[#(]?\Z"
    r"|(?:步骤|步驟|图|圖|表|公式|方程|附录|图表|手順|ステップ|図|式|例|ページ|脚注|注)\s?[(]?\Z"
    r"|(?<=第)\Z"
    r"|(?:\b(?i:hint|note|tip|example|e\.g\.)|提示|注意?|备注|備考|ヒント|例)\s?:[^\n()]{0,60}\Z"
    r"|[0-9\w%]\S{0,12}\s?\((?!i\.e|that\sis|in\stotal|total|[=即共]|つまり)[^()\n0-9=]{1,60}\Z"
    r"|(?:参见|参考|参照|详见|根据)[^()\n。,]{0,20}\Z"
    rf"|\b{_MONTH}\s(?:[0-9]{{1,2}},\s)?\Z|[0-9]{{4}}-(?:[0-9]{{2}}-)?\Z|[0-9]年(?:[0-9]{{1,2}}月)?\Z"
)
_MENTION_AFTER = re.compile(
    r"(?:[,-]\s?[0-9]{1,3}){0,9}\](?!\()|】"
    r"| ?(?:%|(?i:percent))? ?(?i:confiden|sure\b|certain)| ?(?:の確信|的?把握|的?置信)"
    r"|年[0-9]{1,2}月|月[0-9]{1,2}日|-[0-9]{2}-[0-9]{2}(?![0-9])"
    rf"|\s{_MONTH}\s[0-9]{{4}}"
)
_ORDINAL_AFTER = re.compile(
    r"(?:[步题題页頁章节節问問条條段行]|ステップ|つ目の手順|番目の(?:式|手順))"
)
_LIST_MARK = re.compile(r"[.)、:]\s")
# In a sentence with another number, a time is not what was asked for: by day 5, in 3 weeks.
_TIME_BEFORE = re.compile(
    rf"\b(?i:by|on|at|until|till|before|after|from)\s(?i:the\s)?(?i:{_TIME}|age|round|level)\s?\Z"
    r"|(?<=第)\Z"
)
_TIME_LEADS = re.compile(
    r"\b(?i:in|after|within|over|every|during|per)\s(?i:(?:the\s)?(?:next|last|past|first)\s)?\Z"
    r"|(?:每|在|经过|過去|経過)\Z"
)
_TIME_FOLLOWS = re.compile(
    rf"(?:\s|-)?(?i:{_TIME})\b|(?:个|個|か|ヶ)?(?:天|周|週間?|月|年間?|小时|小時|時間|分钟|分鐘|分間?|日間?|秒)"
)
_TIME_AFTER = re.compile(
    rf"\s(?i:{_TIME})\s(?i:later|ago|from\snow)\b|(?:个|個|か|ヶ)?(?:天|周|週間?|月|年|小时|小時|時間|分钟|分|日|回)"
    r"(?:目|后|後|之后|之後|以后|以後|内|內|以内|前)"
)
# Nor is what it is compared with: 3 more than before, 18 out of 20.
_COMPARED = re.compile(
    r"\b(?i:than|out\sof)\s\S?\Z|比[^。,、\d]{0,12}(?:多|少|大|小|高|低)了?\Z|より\Z"
)
_COMPARED_AFTER = re.compile(
    r"\s(?:[A-Za-z]{1,12}\s){0,2}(?i:more|fewer|less|greater|higher|lower|older|younger|taller)\s(?i:than)\b"
    r"|[^\s。,、]{0,3}より|[^\s。,、に]{0,3}(?:多い|少ない|増え|減)"
)

# --- the first answer of a run-on ---------------------------------------------------------------

_HEADING = re.compile(
    r"\n[#*\s>【\[]{0,6}(?:(?i:question|problem|exercise|q|human|user|instruction|input)"
    r"(?:\s?#?[0-9]{1,3})?|(?:新的?|下一)?(?:问题|問題|题目|題目|问|問|質問|例题|例題|用户|ユーザー|第[0-9]{1,3}[题問问])"
    r"\s?[0-9一二三四五六七八九十]{0,3})[】\]*\s]{0,4}[:.：．]"
    r"|\n[#*\s]{1,6}(?i:question|problem|问题|問題|題目|题目)\b|\n【(?:问题|問題|题目|题|問)[0-9]{0,3}】"
    r"|<\|(?:im_start|endoftext|eot_id)\|>"
)
# What lists the parts of a number before it.
_PARTS = re.compile(
    r"(?P<always>内訳|內訳|其构成|\b(?i:breakdown|broken\sdown|made\sup\sof|consist(?:s|ing)\sof|compris\w+|this\sincludes)\b)"
    r"|\b(?i:of\s(?:which|whom|these|them)|includ(?:es|ing))\b|其中|[,、。(](?:その)?うち|包括|包含|分别是|分別是|そのうち"
    r"|(?P<weak>[:：—(])"
)
_TOTAL = re.compile(
    r"\b(?i:so|therefore|thus|hence|total|altogether|leav\w+|left|remain\w*|makes?)\b|所以|因此|故|共|合计|合計|总|總|剩"
    r"|よって|したがって|ゆえに|ので|残り|全部|="
)
_CONCLUSION = re.compile(
    r"\b(?i:so|therefore|thus|hence|in\stotal|altogether)\b|所以|因此|故|一共|总共|よって|したがって|ゆえに|合計|="
)

# --- expressions --------------------------------------------------------------------------------

_DRESSING = re.compile(
    r"\\(?:left|right|displaystyle|,|;|!|:|\(|\)|\[|\])(?![A-Za-z])|(?<!\\)\$(?!\s?[0-9])|\$\Z|[*`]{2}|~(?=\s?[A-Za-z])"
)
_LATEX_TEXT = re.compile(r"\\(?:text|textbf|textit|mathrm|mathbf|mbox|operatorname)\s?\{([^{}]*)\}")
_DEGREES = re.compile(r"\s?\^\s?\{?\s?\\circ\s?\}?")
_ENGLISH = re.compile(r"(?<![A-Za-z\\])[A-Za-z]{2,}")
_EASTERN = re.compile("[\u3400-\u9fffぁ-ヺー]")
# Signs and letters of mathematics that are left where a number is cut out of an expression.
_MATHEMATICS = re.compile(
    r"[√π∞^+*/×÷=<>≤≥≠±∪∩∈|_{}~&]|\\[A-Za-z]+|(?<![A-Za-z])-(?![A-Za-z])"
    r"|(?<![A-Za-z°/])(?<![A-Za-z]\s)[abcdefijknpqrtuvwxyzDEIOPQRXYZ](?!\s?[A-Za-z])"
    r"|(?<![A-Za-z])(?i:sin|cos|tan|log|ln|lg|sqrt|exp|mod|pi|infinity|theta|alpha|or)(?![A-Za-z])"
    r"|或|または"
)
# Several equations, or one that is not solved: x=2 or x=3, x^2 = 4, 2x = 4.
_EQUATIONS = re.compile(
    r"[;、或和且]|,(?![0-9]{3})|\b(?:and|or)\b"
    r"|(?:[0-9^]\s?(?<![A-Za-z])[a-z]|(?<![A-Za-z])[a-z]\s?[-+*/^0-9])(?![A-Za-z])[^=]{0,80}="
)
_FACTORS = re.compile(r"!|(?!pt|qt)[abcnpqtuvwxyz]{2}(?![A-Za-z])|(?:abc|xyz)\b")  # 5!, 2xy
_UNIT_POWER = re.compile(
    r"(?<=[A-Za-z])\s?\^\s?\{?-?[0-9]\}?|(?<=[A-Za-z])\s?/\s?(?=[A-Za-z])|[²³]"
)
_WORDS_OF_PROSE, _CHARACTERS_OF_PROSE = 6, 10
_MOST_NUMBERS = 20  # in an expression; more are certainly not one number


def number_of(text: str) -> Fraction | None:
    r"""Return the exact number that a text gives as its answer, or ``None`` if there is none.

    The first of these rules that finds a number decides:

    1. it follows the last ``####``, as GSM8K marks it;
    2. it is the content of the last ``\boxed{…}``;
    3. it is the value of ``answer`` in JSON, or the last one stated as the answer: "the answer is
       18", 答案：18, 答えは18;
    4. the only number, or else the last one that is not a mention such as "(see step 3)", "not 20"
       or "95% confident".

    What follows the heading of another question is not read. Where the answer is more than a
    number, as in ``\boxed{2\pi}`` or "the answer is 3 or 4", there is none. A single Han character
    (三) or an English word (twelve) is a number only if the text has no other one, or states it.

    Examples:
        >>> number_of("48 / 2 = 24, and 48 + 24 = 72.\n#### 72")
        Fraction(72, 1)
        >>> number_of("The answer is 18 (see step 3), not 20."), number_of("答案：一万二千元")
        (Fraction(18, 1), Fraction(12000, 1))
        >>> number_of("I do not know.") is None
        True
    """
    found = read_number(text)
    return found.value if found else None


def same_number(
    prediction: str,
    reference: str,
    tolerance: float | Decimal | Fraction = 0,
    *,
    relative: bool = False,
) -> bool | None:
    r"""Return whether two texts give the same number, or ``None`` if one of them gives none.

    Args:
        prediction: what a model wrote.
        reference: the right answer. One that is more than a number, such as ``2\pi``, "(1, 2)" or
            "3 or 4", gives none.
        tolerance: how far off the prediction may be, inclusive; 0.1 means exactly one tenth.
        relative: whether the tolerance is a fraction of the reference.

    If only one of them has a percent sign, 50 % equals 50 as well as 0.5.

    Raises:
        ValueError: if the tolerance is negative or not finite.

    Examples:
        >>> same_number("So it is 1,200 yen.", "1200")
        True
        >>> same_number("about 3.1", "3.14159", 0.05)
        True
    """
    allowed = exact_tolerance(tolerance)
    ours, gold = read_number(prediction), read_reference_number(reference)
    if ours is None or gold is None:
        return None
    return agree(ours, gold, allowed, relative=relative)


def agree(ours: Number, gold: Number, allowed: Fraction, *, relative: bool = False) -> bool:
    """Return whether two numbers are the same: see `same_number`."""
    if relative:
        allowed *= abs(gold.value)
    if abs(ours.value - gold.value) <= allowed:
        return True
    if ours.percent == gold.percent:
        return False
    if gold.percent and relative:
        allowed *= 100
    scaled = (ours.value, gold.value * 100) if gold.percent else (ours.value * 100, gold.value)
    return abs(scaled[0] - scaled[1]) <= allowed


def exact_tolerance(tolerance: float | Decimal | Fraction) -> Fraction:
    """Return the exact value of a tolerance as it is written.

    Raises:
        ValueError: if it is negative or not finite.
    """
    try:
        # By its shortest decimal form: the float 0.1 is slightly more than a tenth.
        allowed = Fraction(str(tolerance))
    except ValueError:
        raise ValueError(f"tolerance must be a finite number, got {tolerance!r}") from None
    if allowed < 0:
        raise ValueError(f"tolerance must not be negative, got {tolerance!r}")
    return allowed


def read_number(text: str) -> Number | None:
    """Return the number that `number_of` returns, with what `agree` needs to know about it."""
    return _answer(_first_answer(text))


@lru_cache(maxsize=8192)  # files are checked before they are scored
def read_reference_number(text: str) -> Number | None:
    r"""Return the number of a reference, ``None`` if it is more than a number or has none.

    A reference with ``####``, a box or a statement, or in sentences, is read like a prediction.
    Any other is an expression, which must be one number: with a unit, a currency sign or "x =",
    but without a second number, a variable or a function.

    Examples:
        >>> [each and int(each.value) for each in map(read_reference_number, ("18 dollars", "x=5"))]
        [18, 5]
        >>> [read_reference_number(each) for each in (r"2\pi", "(1, 2)", "3 or 4", "无解")]
        [None, None, None, None]
    """
    if "####" in text or last_box(text) is not None or not _is_expression(text):
        return _answer(text)
    prepared = _Text(text)
    stated = _stated(prepared)
    return _single_number(text) if stated is None else stated[0]


_EQUAL_SIGN = re.compile(r"\s?[=≈]")


class _Text:
    """A prepared text with its numerals.

    Attributes:
        text: the prepared text.
        numerals: the numerals in it, in order.
        starts: where they begin.
        tuples: where lists of several numbers in brackets begin and end.
    """

    def __init__(self, text: str) -> None:
        self.text = prepare_numerals(text)
        japanese = _KANA.search(self.text) is not None
        self.numerals, self.vague = find_numerals(self.text, japanese=japanese)
        self.starts = [each.start for each in self.numerals]

    def before(self, numeral: Numeral, length: int = 80) -> str:
        """Return some of the text before a numeral."""
        return self.text[max(numeral.start - length, 0) : numeral.start]

    def after(self, numeral: Numeral, length: int = 40) -> str:
        """Return some of the text after a numeral."""
        return self.text[numeral.end : numeral.end + length]

    def from_place(self, place: int) -> int:
        """Return the index of the first numeral that begins at a place or after it."""
        return bisect_left(self.starts, place)


_Found = tuple[Number | None, str]
"""The number that a rule found, ``None`` if it found that there is none; and its name."""


def _answer(text: str) -> Number | None:
    found = _marked(text) or _boxed(text)
    if found is None:
        prepared = _Text(text)
        found = _stated(prepared) or _result(prepared) or _remaining(prepared)
    number, rule = found or (None, "")
    return None if number is None else number._replace(rule=rule)


def _first_answer(text: str) -> str:
    """Return what precedes the heading of another question, if there is an answer in it."""
    for heading in _HEADING.finditer(text):
        before = text[: heading.start()]
        if not before.strip():
            continue
        number = _answer(before)
        concluded = number is not None and (
            number.rule not in ("only", "last") or _ends_in_number(before)
        )
        return before if concluded else text
    return text


def _ends_in_number(text: str) -> bool:
    """Return whether the last line is a result: 18, = 18, so it is 18 dollars."""
    line = prepare_numerals(text).rpartition("\n")[2]
    numerals, _ = find_numerals(line, japanese=False)
    if not numerals:
        return False
    last = numerals[-1]
    before = line[: last.start]
    return bool(_CONCLUSION.search(before)) or len(_ENGLISH.findall(before)) < 2


def _marked(text: str) -> _Found | None:
    """Return the number directly after the last ``####``."""
    _, mark, rest = text.rpartition("####")
    if not mark:
        return None
    prepared = _Text(rest.lstrip(" \t").partition("\n")[0])
    if not prepared.numerals or prepared.starts[0]:
        return None
    # In a heading, words follow the number.
    if re.match(r"[.)、:]\s?\w", prepared.after(prepared.numerals[0])):
        return None
    return prepared.numerals[0].number, "marked"


def _boxed(text: str) -> _Found | None:
    """Return what the last box states, ``None`` if that is something else than a number."""
    box = last_box(text)
    if box is None:
        return None
    if _UNKNOWN.match(box.strip()):
        return None, "boxed"
    if not _Text(box).numerals:
        return None
    return _single_number(box) if _is_expression(box) else _answer(box), "boxed"


# --- what is stated -----------------------------------------------------------------------------


def _stated(prepared: _Text) -> _Found | None:
    """Return the number of the last statement, or of its correction."""
    text = prepared.text
    places = [(each.end(), "json" if each["json"] else "stated") for each in _places(text)]
    best: tuple[int, _Found] | None = None
    for place, rule in reversed(places):
        found = _statement(prepared, place, rule)
        if found is not None:
            best = place, found
            break
    for index in range(len(prepared.numerals) - 1, -1, -1):
        numeral = prepared.numerals[index]
        if best is not None and numeral.start < best[0]:
            break
        if _POSTPOSED.match(prepared.after(numeral)) and not _is_denied(prepared, index):
            best = numeral.end, (numeral.number, "stated")
            break
    if best is None:
        return None
    corrections = list(_CORRECTION.finditer(text, best[0]))
    if corrections and (found := _corrected(prepared, corrections[-1])) is not None:
        return found[0], best[1][1]
    return best[1]


def _corrected(prepared: _Text, correction: re.Match[str]) -> _Found | None:
    """Return the number that is stated after a correction, or else the last one."""
    for restated in reversed(list(_RESTATED.finditer(prepared.text, correction.start()))):
        index = _first_stated(prepared, restated.end())
        if index is not None:
            return _whole_number(prepared, index), "stated"
    return _remaining(prepared, correction.end())


def _places(text: str) -> Iterator[re.Match[str]]:
    return _STATEMENT.finditer(text)


def _statement(prepared: _Text, place: int, rule: str) -> _Found | None:
    """Return the number that is stated at a place; ``None`` if no number follows directly."""
    text = prepared.text
    gap = _GAP.match(text, place)
    begin = gap.end() if gap else place
    if _UNKNOWN.match(text, begin) or begin in prepared.vague:
        return None, rule
    if rule == "json":
        return _number_in(_content(prepared, place)), rule
    index = _first_stated(prepared, place)
    return None if index is None else (_whole_number(prepared, index), rule)


def _result(prepared: _Text) -> _Found | None:
    """Return the number of a JSON object that calls it its result, solution or the like."""
    found = None
    for found in _RESULT_KEY.finditer(prepared.text):
        pass
    if found is None:
        return None
    if _UNKNOWN.match(prepared.text, _GAP.match(prepared.text, found.end()).end()):
        return None, "json"
    content = _content(prepared, found.end())
    if content[:1] == "[":
        return None, "json"
    number = _number_in(content)
    return (number, "json") if number else None


def _first_stated(prepared: _Text, place: int) -> int | None:
    """Return the number that directly follows, past those that are denied: not 20 but 18."""
    text = prepared.text
    for index in range(prepared.from_place(place), len(prepared.numerals)):
        numeral = prepared.numerals[index]
        between, denied = text[place : numeral.start], _is_denied(prepared, index)
        if denied:
            between = _NOT.sub("", between)
        if len(between) > _LONGEST_GAP or not _GAP.fullmatch(between):
            return None
        if not denied:
            return index
        place = numeral.end
        for skipped in (_NOT_AFTER, _INSTEAD):
            found = skipped.match(text, place)
            place = found.end() if found else place
    return None


_JSON_VALUE = re.compile(r"\s?(?:\\?\"((?:[^\"\\]|\\.){0,400})\"?|([^,}\n]{0,400}))")


def _content(prepared: _Text, place: int) -> str:
    """Return the text of a value in JSON."""
    value = _JSON_VALUE.match(prepared.text, place)
    return (value[1] or value[2] or "").strip() if value else ""


def _number_in(content: str) -> Number | None:
    """Return the number of a value in JSON."""
    if content[:1] in "[{" or not content:
        return None
    return _single_number(content) if _is_expression(content) else _answer(content)


def _whole_number(prepared: _Text, index: int) -> Number | None:
    """Return the number that a statement begins with; ``None`` if it states more than a number.

    3 + 15 = 18 is 18, but 3 + 15, 3 or 4, 2π and 2:30 are more.
    """
    text, numerals = prepared.text, prepared.numerals
    if _is_part(prepared, index) or _is_one_of_several(prepared, index):
        return None
    operated = False
    while index + 1 < len(numerals):
        between = text[numerals[index].end : numerals[index + 1].start].replace("**", "")
        if _is_result(prepared, index, between, operated):
            return numerals[index + 1].number
        sign = text[numerals[index + 1].start]
        if len(between) > 40 or "\n" in between:
            break
        follows = _EQUAL_SIGN.match(text, numerals[index + 1].end)
        if not follows and (_SECOND.fullmatch(between) or (not between and sign in "-+")):
            return None
        if not _OPERATION.fullmatch(between) or not re.search(r"[-+*/×÷·^=≈]|\\[a-z]", between):
            break
        operated = not between.rstrip(" $€£¥(\\").endswith(("=", "≈"))
        index += 1
        if _is_part(prepared, index):
            return None
    if operated or _VARIABLE.match(text, numerals[index].end):
        return None
    return numerals[index].number


def _is_result(prepared: _Text, index: int, between: str, operated: bool) -> bool:
    """Return whether the next number restates an expression or a count: 12 + 6, i.e. 18."""
    found = _THAT_IS.fullmatch(between)
    if found is None or not (operated or found["unit"]):
        return False
    after = prepared.numerals[index + 1]
    return after.number.value.denominator == 1 and bool(_BARE.match(prepared.text, after.end))


def _is_one_of_several(prepared: _Text, index: int) -> bool:
    """Return whether a number is one end of a range, or one of several that may be the answer."""
    pairs = (index - 1, index)
    return any(
        0 <= first < len(prepared.numerals) - 1 and _are_several(prepared, first) for first in pairs
    )


def _are_several(prepared: _Text, index: int) -> bool:
    """Return whether a number and the next one are a range or alternatives."""
    one, other = prepared.numerals[index : index + 2]
    text = prepared.text
    between = text[one.end : other.start]
    if len(between) > 80:
        return False
    if _joins(_RANGE, between, other, text):
        changed = _CHANGES.match(text, other.end) or _CHANGED.search(prepared.before(one))
        return one.number.value < other.number.value and not changed
    if _joins(_CHOICE, between, other, text):
        return True
    if _joins(_PAIR, between, other, text):
        before = prepared.before(one, 40)
        middle = _BETWEEN.search(before) or _THE_MIDDLE.match(text, other.end)
        return bool(middle or _SEVERAL.search(before)) or bool(_EQUALS.search(between))
    return (
        _is_perhaps(prepared, one)
        and _is_perhaps(prepared, other)
        and (_THEN_OTHER.fullmatch(between) is not None)
    )


def _joins(pattern: re.Pattern[str], between: str, other: Numeral, text: str) -> bool:
    """Return whether a pattern is between two numbers, and a unit in it also after the second."""
    found = pattern.fullmatch(between)
    if found is None:
        return False
    unit = (found["unit"] or "").removesuffix("s")
    return text.startswith((unit, f" {unit}"), other.end)


def _is_perhaps(prepared: _Text, numeral: Numeral) -> bool:
    """Return whether a number is said to be perhaps the answer."""
    before = prepared.before(numeral, 30)
    return bool(_PERHAPS.search(before)) or bool(_PERHAPS_AFTER.match(prepared.after(numeral)))


# --- the last number that is not a mention ------------------------------------------------------


def _remaining(prepared: _Text, start: int = 0) -> _Found | None:
    """Return the only number, or the last one, from a place on."""
    indices = range(prepared.from_place(start), len(prepared.numerals))
    numerals = prepared.numerals
    clear = [index for index in indices if numerals[index].number.clear]
    places = [index for index in clear or indices if not _is_denied(prepared, index)]
    if not places or _is_refused(prepared.text, start):
        return None
    last = next((at for at in reversed(places) if not _is_mention(prepared, at)), None)
    last = places[-1] if last is None else _in_its_sentence(prepared, places, last)
    last = _before_its_parts(prepared, places, last)
    if _is_one_of_several(prepared, last):
        return None, "last"
    only = all(numerals[at].number.value == numerals[last].number.value for at in places)
    rule = "only" if only else "last"
    return (None if _is_part(prepared, last) else numerals[last].number), rule


def _before_its_parts(prepared: _Text, places: Sequence[int], last: int) -> int:
    """Return the number whose parts the last ones are, if there is one: 7 people, 3 of whom.

    Within a sentence, what follows "of which" or "including" is a part. A sentence of its own
    lists the parts if it says so (内訳), or if they add up to the last number before it.
    """
    text, numerals = prepared.text, prepared.numerals
    begin = _sentence(text, numerals[last].start)
    found = _PARTS.search(text, begin, numerals[last].start)
    if found is None or _TOTAL.search(text, found.end(), numerals[last].start):
        return last
    before = bisect_left(places, prepared.from_place(found.start())) - 1
    if before < 0:
        return last
    total, parts = places[before], places[before + 1 : bisect_left(places, last) + 1]
    same_sentence = numerals[total].start >= begin
    if (same_sentence and found["weak"] is None) or found["always"]:
        return total
    adds_up = sum(numerals[at].number.value for at in parts) == numerals[total].number.value
    return total if adds_up and len(parts) > 1 else last


def _is_refused(text: str, start: int) -> bool:
    """Return whether a text says that there is no answer, and concludes nothing after that."""
    refusals = list(_REFUSAL.finditer(text, start))
    return bool(refusals) and not _CONCLUSION.search(text, refusals[-1].end())


def _in_its_sentence(prepared: _Text, places: Sequence[int], last: int) -> int:
    """Return the last number of a sentence that is no aside, if there is one."""
    if not _is_aside(prepared, last):
        return last
    numerals = prepared.numerals
    begin = _sentence(prepared.text, numerals[last].start)
    for index in reversed(places[: bisect_left(places, last)]):
        if numerals[index].start < begin:
            break
        if not _is_mention(prepared, index) and not _is_aside(prepared, index):
            return index
    return last


def _sentence(text: str, place: int) -> int:
    """Return where the sentence around a place begins."""
    window = max(place - 300, 0)
    ends = [each.end() for each in re.finditer(r"[.!?]\s|[。！？!?\n]", text[window:place])]
    return window + ends[-1] if ends else window


def _is_denied(prepared: _Text, index: int) -> bool:
    """Return whether a number is said not to be the answer."""
    numeral = prepared.numerals[index]
    return bool(
        _NOT.search(prepared.before(numeral, 30)) or _NOT_AFTER.match(prepared.after(numeral))
    )


def _is_mention(prepared: _Text, index: int) -> bool:
    numeral = prepared.numerals[index]
    before, after = prepared.before(numeral), prepared.after(numeral)
    if _MENTION_AFTER.match(after):
        return True
    found = _MENTION_BEFORE.search(before)
    if found and before.endswith("第"):
        return bool(_ORDINAL_AFTER.match(after))
    if found:
        return True
    begins = not before or before.endswith("\n")
    return begins and bool(_LIST_MARK.match(after)) and numeral.number.value.denominator == 1


def _is_aside(prepared: _Text, index: int) -> bool:
    """Return whether a number is a time or what something is compared with."""
    numeral = prepared.numerals[index]
    before, after = prepared.before(numeral, 40), prepared.after(numeral)
    if _TIME_AFTER.match(after) or _COMPARED_AFTER.match(after) or _COMPARED.search(before):
        return True
    follows = bool(_TIME_FOLLOWS.match(after))
    if before.endswith("第"):
        return follows
    return bool(_TIME_BEFORE.search(before)) or (follows and bool(_TIME_LEADS.search(before)))


def _is_part(prepared: _Text, index: int) -> bool:
    """Return whether a number is part of an expression that is more: 2π, √3, (1, 2)."""
    numeral = prepared.numerals[index]
    if _WITHIN.search(prepared.before(numeral, 20)) or _FACTOR.match(prepared.after(numeral, 20)):
        return True
    if numeral.end - numeral.start == 1 and _RATIO.search(prepared.before(numeral, 5)):
        return True
    begin = max(numeral.start - 200, 0)
    for found in _TUPLE.finditer(prepared.text, begin, numeral.end + 200):
        if found.start() <= numeral.start and numeral.end <= found.end():
            inside = prepared.from_place(found.end()) - prepared.from_place(found.start())
            return inside > 1
        if found.start() > numeral.start:
            break
    return False


# --- expressions: references and boxes ----------------------------------------------------------


def _is_expression(text: str) -> bool:
    """Return whether a text is no prose: few words, on one line."""
    plain = _LATEX_TEXT.sub(r" \1 ", text)
    if "\n" in plain.strip() and "\\begin" not in plain:
        return False
    words = len(_ENGLISH.findall(plain))
    prepared = _Text(plain)
    rest = len(_EASTERN.findall(_rest(prepared)))
    return words < _WORDS_OF_PROSE and rest < _CHARACTERS_OF_PROSE


def _single_number(text: str) -> Number | None:
    """Return the number that an expression is, ``None`` if it is more."""
    plain = _LATEX_TEXT.sub(r" \1 ", _DEGREES.sub("°", prepare_numerals(text)))
    plain = _DRESSING.sub(" ", plain).strip()
    if "\\begin" in plain or ("=" in plain and _EQUATIONS.search(plain)):
        return None
    prepared = _Text(plain.rpartition("=")[2])
    numbers = [each.number for each in prepared.numerals]
    if not 0 < len(numbers) <= _MOST_NUMBERS:
        return None
    places = [at for at in range(len(numbers)) if not _is_mention(prepared, at)] or [0]
    one = len({numbers[at].value for at in places}) == 1
    if not one or any(_is_part(prepared, at) or _is_denied(prepared, at) for at in places):
        return None
    rest = _UNIT_POWER.sub("", _rest(prepared))
    factor = _FACTORS.match(prepared.after(prepared.numerals[places[-1]], 6))
    return None if factor or _MATHEMATICS.search(rest) else numbers[places[0]]


def _rest(prepared: _Text) -> str:
    """Return what is left of a text where its numerals are cut out."""
    pieces, end = [], 0
    for numeral in prepared.numerals:
        pieces.append(prepared.text[end : numeral.start])
        end = numeral.end
    return " ".join([*pieces, prepared.text[end:]])
