# ruff: noqa: E501 (lists of words)
"""The words by which texts state answers, in English, Chinese and Japanese, and their grammar.

docs/answers.md describes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import cache, lru_cache
from typing import NamedTuple

__all__ = [
    "EXPLAINED",
    "NAMED_AFTER",
    "NAMED_BEFORE",
    "SENTENCE",
    "SILENT",
    "Certainty",
    "Said",
    "plain_marks",
    "questions",
    "said_of_letter",
    "takes_letters",
    "word_kinds",
]

# Emphasis and LaTeX around an answer.
_MARKS = re.compile(
    r"[*`${}]|~(?![A-Z])|__|\\(?:text(?:bf|rm)?|math(?:bf|rm)|boxed|fbox)(?![A-Za-z])|\\(?=[()\[\]\s,;!])"
)
# What begins another question, which models go on to ask themselves.
_RUN_ON = re.compile(
    r"(?im)^\W{0,4}(?:(?:next\s)?(?:question|problem|q)\s?\d{0,4}\s?[:：.]|(?:human|user|instruction)\s?:"
    r"|(?:问题|問題|题目|題目|質問|问|問|用户|用戶|ユーザー)\s?\d{0,4}\s?[:：])"
)
EXPLAINED = re.compile(
    r"(?im)(?:^|[.。【;；,，(（!！]|\s(?![a-z]))\W{0,3}"
    r"(?:explanation|reason(?:ing)?|rationale|analysis|justification|because|解析|解釋|解释|解説"
    r"|解說|分析|理由|说明|説明|說明|詳解|详解|点评|因为|因為|原因|依据|依據|根拠|補足|ポイント)"
    r"\W{0,2}[:：\n】]"
)
"""The heading of an explanation."""

# What makes a letter a part of a name: vitamin C (in Latin letters every word before it that is not
# in the list below), and plan B in Chinese (B计划).
NAMED_BEFORE = (
    "维生素", "維生素", "方案", "计划", "計劃", "血型", "型", "班", "级", "級", "组", "組", "队", "隊", "线", "線",
    "公司", "物质", "城市", "等级", "肝炎", "肝", "图", "点", "図", "表", "ビタミン", "プラン", "チーム", "クラス",
    "グループ", "ランク", "グレード", "得了", "考了", "试管", "装置", "仪器", "烧杯", "小球", "木块", "電阻", "问题", "問題", "手順", "金属", "元素", "化合物",
    "物質", "溶液", "气体", "矩阵", "事件", "集合", "向量", "直线",
)  # fmt: skip
NAMED_AFTER = (
    "计划|計劃|型|语言|語言|股|级|級|班|组|組|队|隊|超|站|公司|大调|小调|调|淋巴|细胞|等"
    "|さん|君|社|案|同学|[ァ-ヺ]|棟|調|面|駅|口|大学|地点|県|市|町|栋|楼|座|区|厅|幢|盘"
)

SENTENCE = ".|?"
"""What ends a sentence: a mark, a line feed (``|``), a question mark."""

SILENT = "-owf"
"""Kinds of words that the grammar skips."""

# A kind of word is one character, so that a clause is a short string and its grammar a pattern. Of
# each kind: Latin words, which match whole and in any case (_ is a space), and others, which match
# where they stand. The first line that matches decides: longer expressions come before their words.
_WORDS: tuple[tuple[str, str, str], ...] = (
    # Fixed expressions whose words would mislead.
    (
        "-",
        r"""(?:full_marks|credit)_(?:for|to)_(?:those|anyone)_who by_far for_sure hands_down says
        (?:that|which|who)_(?:does|do|is|are|has)(?:n['’]t|_not)(?=(?:_\w+){1,6}_is_\S{0,2}(?-i:[A-Z])\b)
        to_me on_this(?:_one)? no_doubt without_(?:a_)?doubt not_only not_surprisingly
        no_problem""",
        r"""更(?![正好佳优優准]) な気が(?:する|します) を?(?:つけ|付け|記入し)(?:ます|ました|る|た)(?=[。,、]|$)
        比[选選]?\s?[A-Z](?![A-Za-z])
        [两兩二三四五][个個]?(?:选项|選項|[项項]) の[二三四五2-5]つ いずれも どれも どちらも 両方とも? (?:だった|でした)(?=[。.]|$) もちろん
        (?:こと|の)[はが](?:明らか|確か)
        [错錯][别別]字 [没沒]有?(?=[^,，。;\n]{1,14}的(?:[一1][个個]?)?[选選]?[项項][是为為:])
        不(?=(?!认为|覺得|觉得|相信)[^,，。;\n]{1,14}的[选項项一]{0,3}是)
        の?ほう(?=が) の方(?=が) 无疑 無疑 毫无疑问 [とに]なり(?:ます|そうです) 不仅 不但 不难
        不就(?=是) 岂不(?=是) 不正(?=是) 不妨 (?<=非[A-Z])不可 一番 (?:すべて|全て)(?=正し|誤|[○×]) 間違いなく に違いな[いく] ではないでしょうか
        ではないかと じゃないかな""",
    ),
    (
        "C",
        "(?!)",
        """(?:強いて|一つ|ひとつ)?選ぶ(?:と(?:すれば|したら)|なら)ば? どちらかと[言い]えば
        強いて[言い]えば""",
    ),
    (
        "o",
        r"(?:nothing|none|no_one)_but no_(?:\w+_)?other_than",
        "(?!)",
    ),
    (
        "N",
        "(?:wrong|incorrect|a_mistake|unfair)_to(?=_(?:call|say|claim|reject|deny|mark|describe)_)",
        "(?!)",
    ),
    # i: a condition that may be met, and supposes nothing without a "would"; I: any other. Both hold
    # for what follows in the sentence.
    (
        "i",
        "if(?=_(?:you|we|one|i)_(?!had_to)) suppos(?:e|ing) assum(?:e|es|ing) imagine",
        "假设 假設",
    ),
    (
        "I",
        r"""(?:select|choose|pick|tick|mark)_(?:all_that|one_of|the_(?:best|correct)_(?:option|answer)_from)
        if_not(?=_?,) (?<=[;.,]_)otherwise(?=_?,?_(?:it|no|yes|the|true|false)\b) it_depends(?=_?:)
        looks?_like_this in_the_form(?:at)? for_example(?=\W{0,3}["“'‘]) e\.g\.(?=\W{0,3}["“'‘])
        provided unless if(?!_(?:so|not|any|anything|pressed|forced|pushed|i_had_to)\b) in_case
        (?:^|(?<=[.;!?\n])|(?<=[.;!?\n]_)|(?<=but_))(?:were|had|should)(?=_(?!to\b|be\b|i\b|we\b|you\b)\w)""",
        r"""例(?=:) 如(?=["“「]) 例(?:如|えば)?(?=[:,、\s]{0,2}["“「『]) けれ?ば(?![い良よな]) 万一 一旦 除非
        (?<!選ぶ)と(?:すれば|すると|したら) (?:無視|仮定)(?:すれば|すると|したら)
        如果 假如 倘若 要是 若(?!干) もし(?!く) 仮に (?<!この)(?<!今回)の?場合(?=[はもに、,])
        只有(?!\s?(?:选项|選項)?\s?[(（]?[A-Z](?![A-Za-z]))(?=[^。;；\n]{1,20}才)
        (?<!選ぶ)(?<!それ)(?<!私)(?<!僕)(?<!俺)(?<!自分)(?<!わたし)(?<!ぼく)なら(?!な|ず|び|い|で)ば?
        (?:なければ|ていれば|であれば|だったら|でなければ|ていたら)(?!な) (?<![迷困言])ったら(?=\s?[A-Z、,])""",
    ),
    # F: what makes a statement one of others, of earlier, or of some cases only.
    (
        "F",
        r"""(?:those|anyone|anybody|whoever)_who
        (?:you|one|we)_(?:might|may|could)_(?:\w{1,9}ly_)?(?:think|say|assume|believe|guess|pick|choose)
        (?:tempt(?:ing|ed)|temptation_is|mistake|was_going|was_about|was_inclined)_to
        yes_and_no supposedly allegedly reportedly blood_(?:type|group) denoted_by key_of tuned_to
        grade_(?:is|was)
        (?:examin|consider|analy[sz]|evaluat|explor|check|test)(?:e|es|ed|ing)?(?=_(?:option_|choice_|statement_)?(?-i:[A-Z])\b)
        (?:look(?:ing)?_at|start(?:ing)?_with|begin(?:ning)?_with|turn(?:ing)?_to|mov(?:e|ing)_on_to)
        (?:initial|original|earlier|first|previous|old)_(?:answer|guess|choice|thought|impression|instinct)
        whether except_(?:if|when|that)
        only_(?:if|when|for|in|under|after|before|at|on|during|with)
        (?:(?:some|many|most|several|other|few)_(?:\w{1,12}_)?|(?:people|students|candidates|others|beginners|learners|classmates|everyone|everybody|nobody|no_one|few|supporters|critics|opponents|proponents|sceptics|skeptics|experts|scholars|scientists|economists|historians|textbooks|some|many|most)_(?:of_|in_|(?:my|the|our)_\w{1,9}_){0,3})(?:\w{1,9}ly_)?(?:(?:would|might|may|will|(?:love|like|tend|want|rush)(?:ed)?_to|went)_)?(?:say|said|call(?:ed)?|consider(?:ed)?|insist|hold|think|thought|believed?|claim|choose|chose|pick(?:ed)?|select(?:ed)?|answer(?:ed)?|argued?|guess(?:ed)?|assumed?|put|tick(?:ed)?|mark(?:ed)?|circled?|go_for)
        first_(?:thought|guessed|picked|chose|assumed|believed|considered|marked|said) at_first
        (?:(?:my|our|your|their|his|her|the|a|another|one_of_(?:my|our|your|the))_(?:\w{1,12}_)?(?:teachers?|students?|professors?|tutor|instructor|friends?|classmates?|brother|sister|colleagues?|roommate|partner|dad|mom|mum|father|mother|neighbou?r)|s?he|they)_(?:\w{1,9}ly_)?(?:says?|said|thinks?|thought|believes?|believed|claims?|claimed|told_(?:me|us)|insists?|insisted|suggests?|suggested|answered)
        initially originally used_to_(?:think|believe)""",
        r"""非(?=\s?[A-Z]\s?即) 既(?=[^,，。\n]{1,6}也) [误誤多错錯][选選](?=了|[A-Z(（]) [误誤][选選] も?選んで?(?:じゃ|しま)
        [与與]否
        [甲乙丙丁](?:同学|同學)?[选選] 的(?:人|同学|同學|考生|学生) と迷う 等[级級] 血型 血液型 (?:成绩|成績)(?=[是为は])
        [先再来接](?:着|下来)?(?:看|分析|检查)(?![^,。\n]{0,5}:)
        (?:を|から)(?:見て(?:み|い)|見る|検討|確認|考えてみ) [对對]不[对對](?!的) 是不是 是真是假 真假
        是否(?!\s?(?:[,.;:!、。)」】]|$|\n))
        只?有?在(?=[^,，。;；\n]{1,20}(?:时|時|下|条件|情况)) 只有?在 仅在 僅在 かどうか か否か
        (?:有(?:的|些)?(?:人|同学|同學|学生|學生|考生)|[许許很]多(?:人|同学|同學|学生|學生|考生)|不少(?:人|同学|同學|学生|學生)|大家|多数人)[^,，。;；\n]{0,4}?(?:认为|認為|以为|以為|觉得|覺得|说|說|[会會]?误?誤?[选選])
        (?:(?<!其)[他她]们?|老[师師]|同[学學桌]|朋友|[爸妈媽]{1,2}|网友|小[明红紅华華刚剛丽麗李王张張强強])[们都却也则則]{0,2}(?:[说說]|认为|認為|以为|以為|觉得|覺得|回答|告[诉訴]我)
        (?:先生|友達|友人|彼女?|同級生|クラスメ[ーイ]ト|[父母兄姉弟妹])(?:たち|方|さん)?[はがも](?=[^。\n]{1,20}(?:(?:と|って)(?:言|い[いっうわ]|思|考え|主張|述べ|答え|話)|を選))
        最初の(?:答え|選択(?!肢)|回答|解答|考え|予想) 原(?:来|來|先|本)?的?(?:答案|选择(?!题)|選擇(?!題)) 先[选選](?=了?\s?[(（]?[A-Z](?![A-Za-z]))
        一开始 一開始 起初 最初(?!の) 原本 原先 本来以为 原以为 原以為 刚才 剛才 はじめは 初めは
        当初
        [をと](?:答え|選|考え|思|主張|言)[えいうっしすたぶむんるだ]{1,4}(?:人|方|学生|生徒|受験生|者|専門家)
        と(?:思い|考え|見え|思われ|考えられ|誤解され)がち
        と(?:思った|思っていた|思いました|考えた|考えていた|考えました)(?=が|けど|けれど|のに|の?です|もの)
        と(?:思|考え)われ という(?:人|意見|声) (?<=[きりいえびみしち])かけ(?:た|まし)(?=[がけのも])
        [从從](?=[^。\n]{1,30}[中里裡][选選]) (?:選べ|答えよ|マークせよ|[えび]なさい)(?=。|$)
        の?中から(?=[^。\n]{0,15}(?:選|答))""",
    ),
    # q: after "is correct", what narrows it.
    (
        "q",
        "when that about regarding until in_that in_saying insofar",
        "ときに? 地 という(?:の|こと)(?=[はが])",
    ),
    # t: what says the same of another letter.
    (
        "t",
        r"""as_well_as (?:so|as|nor|neither)_(?:is|are|does|was)(?=_\S{0,2}(?-i:[A-Z])\b)
        (?:the_)?same_(?:goes_|is_true_)?(?:for|of) likewise""",
        r"""也是?(?:如此|这样|這樣|一样|一樣|同样|同樣) 也是(?=\s?[,，。;；\n]|$) 同样如此 亦然
        も同(?:様|じ)(?:です|だ|に|く)? もそうです""",
    ),
    # E: a heading after which an explanation follows.
    (
        "E",
        "explanation reason(?:ing)? rationale analysis justification",
        "解析 解説 解說 分析 理由 说明 説明 說明 詳解 详解",
    ),
    # M: what is left when the others are gone.
    (
        "M",
        """(?:is|are|am|be|'m|'re)?_?left_with leav(?:es?|ing)(?:_(?:us|me)_with)? remain(?:s|ing)?
        (?:is|'s)_(?:all_that_)?(?:is_)?left
        arriv(?:e|es|ed|ing)_at land(?:s|ed)?_on end(?:s|ed)?_up_(?:with|at|on|in)
        (?:leads?|brings?|takes?|pointing|points?)_(?:us|me)_to""",
        """只剩下? 仅剩下? 僅剩下? 剩下 剩余 余下 留下
        (?:しか|だけ[がは]?)?残(?:り|る|って|った|らな[いく]|りませ)(?:ます|ました|いる|います|ん)?""",
    ),
    # J: what takes a letter away, before or after it.
    (
        "J",
        """(?:steer|stay|keep)_(?:clear|away)_(?:of|from) lean(?:ing|s)?_away_from beware_of
        compared_(?:with|to) rul(?:e|es|ed|ing)_out eliminat(?:e|es|ed|ing) exclud(?:e|es|ed|ing)
        discard(?:s|ed|ing)? dismiss(?:ed|ing)? reject(?:s|ed|ing)? rather_than instead_of than
        avoid cross(?:ed|ing)?_out""",
        "(?<!仲間)[外消][せすれしえ](?!い) 可?以?被?排除[掉了]? 除去 除外 去掉 剔除 划掉 而不是 而非 消去(?!法)(?:でき|され)?",
    ),
    # e: what takes a letter out of all, of which something is said.
    (
        "e",
        r"""except(?:_for)? other_than apart_from besides
        (?:all|every\w*|any\w*)(?:_(?:options?|choices?|statements?|others?|of_\w{1,8}))?_but""",
        "除了 除(?!以) 以外 之外",
    ),
    # n: a denial behind the letter, which Japanese has; v and V: a choice, after the letter and before.
    (
        "n",
        "(?!)",
        """(?:はず|わけ)[がは](?:な[いく]|ありません)
        (?<=[はが])(?:な[いく]|ありません|見当たらない|見当たりません|見られない|見られません)
        (?:では|じゃ)(?:なく(?:て)?|ない|ありません|なかった|あり(?:得|え)(?:ない|ません))
        でも?(?:ない|ありません|なく)
        とは(?:言え|いえ|思え|思い|思わ|考えられ|限ら)(?:な[いく]|ませ)[ん]?
        わけでは(?:ない|ありません) あり[得え](?:な|ませ) (?<=て)い(?:ません|ない) (?<=ては)い(?:ません|ない) を?選ばない
        は選べ(?:ない|ません)
        を?選(?:ばな|びませ|べな|べませ|択しな|択しませ|択でき)[いくんま]{1,3}
        を選(?:んで|択して)は(?:いけ|なら|なり|だめ|ダメ)(?:ない|ません)?
        を選ぶ(?:べき|の|こと|わけに)(?:では|は)(?:ない|ありません|誤り|間違い|いか|いき)(?:ない|ません)?
        より""",
    ),
    (
        "v",
        "does(?=_?(?:[.,!;]|$)) it_(?:is|must_be|has_to_be)(?=_?(?:[.,!;]|$)) (?!)",
        r"""[にと](?:しました|した|決まり)
        (?:に|を|へ)?(?:マーク|塗りつぶ)(?:し|す|する)? [にと](?:変更|訂正|変え|直)[えしすっ]{0,2}(?:ます|ました|た|る)?
        しか(?:正しくな|当てはまらな|な[いく]|ありませ|考えられ[なま]|あり[得え][なま])
        を選(?:ぶ(?:しか|ほか|以外)|ばなければ|ばざる)(?:に?な[いりら]|を得)[^、。\n]{0,4}
        を選(?:択)?(?!ば)(?:び|ぶ|ん|し|する)?(?:ます|だ)? [にと](?:します|する|決め) だけが残""",
    ),
    (
        "V",
        r"""lean(?:ing)?(?:_(?:towards?|to))? i['’]ll_take i_take let['’]s_go guessing shade
        underline keep favou?rs? supports? points?_to
        chang(?:e|ed|ing)_(?:my_(?:answer|mind)_)?to switch(?:ing)?_to choos(?:e|es|ing) chose
        chosen select(?:s|ed|ing)? pick(?:s|ed|ing)? go(?:ing)?_(?:with|for) opt(?:ed)?_for
        settl(?:e|ed)_on vote(?:_for)? guess selection
        circl(?:e|ed|ing) tick(?:ed|ing)? bubbl(?:e|ed) mark(?:ed|ing)? key put
        (?:put|bet)_(?:it|money|my_\w+)_on money_(?:is_)?on i['’](?:d|ll)_say
        i_(?:would|will|must)_say
        makes?(?=_\S{1,3}_the_(?:right|correct|best|answer))""",
        r"""非(?=\s?[A-Z]\s?(?:莫[属屬]|不可)) [倾傾]向于?[选選]?[择擇]? 改[成为為选選][择擇]? [选選][择擇]?(?![项項手举舉拔出])
        改(?=\s?[(（]?[A-Z](?![A-Za-z]))
        [填涂塗圈投蒙勾](?=了?个?\s?[(（]?[A-Z](?![A-Za-z]))""",
    ),
    # !: a correction, at the beginning of a clause.
    (
        "!",
        r"""(?:later|afterwards)(?=_\S?(?-i:[A-Z])(?:$|[.,!;)]))
        (?:er+|uh+|um+|i_mean|or_rather|make_that)(?=\W{1,3}(?-i:[A-Z])(?:$|[.,!;)]))
        wait actually hold_on hmm+ scratch_that sorry correction oops
        on_(?:second_thoughts?|reflection) let_me_(?:re\w+|double\W?check|check_again)""",
        "あっ?(?=、) 等等 等一下 更正 纠正 糾正 抱歉 いや(?!だ) 待って 訂正 すみません",
    ),
    (
        "R",
        "(?!)",
        "[でに]?間違い(?:は|が)?(?:な[いく]|あり(?:ません|得ない)) [でに]間違いない",
    ),
    # 0: no, which corrects or answers.
    (
        "0",
        """no(?=_?(?:[,.!:;-]|$)|_wait)
        (?:absolutely|definitely|certainly|of_course)_not(?=_?(?:[.,!;]|$))
        not_(?:at_all|really|quite|exactly)(?=_?(?:[.,!;]|$)) nope(?=_?(?:[,.!]|$))
        negative(?=_?(?:[.!]|$))""",
        r"""そうとは(?:限り|限ら|言え)(?:ません|ない) 不[对對](?=[,，。.!;、]|$)
        (?<![\u3400-\u9fff])不(?:是的?|会|能|可以)?(?=[,，。.!;、]|$)
        (?<![\u3400-\u9fff])没有(?=[,，。.!]|$) (?:不[见見]得|未必)(?=[,，。.!]|$) 并非如此 不是这样 いえ いいえ(?!と)
        違う(?=[,、。.!]) そうでは(?:ない|ありません) そんなことは(?:ない|ありません)""",
    ),
    # f: what turns to what is so.
    (
        "f",
        "in_fact in_reality in_truth",
        """其实 其實 实际上 實際上 事实上 事實上 仔细一想 实则 実際(?:に)?は 実は 本当は
        よく考えると""",
    ),
    # D: what leaves it open; T: what is a fact or not, where that is asked.
    (
        "D",
        r"""(?:hard|difficult)_to_say
        (?:can_?not|can['’]t|unable_to|hard_to|difficult_to|impossible_to|couldn['’]t|not_possible_to)_(?:be_)?(?:\w{1,9}ly_)?(?:tell|determined?|judged?|decided?|known?|verif\w{1,5}|be_sure)
        not_(?:sure|certain|clear) (?:\w{1,6}n['’]t|not)_(?:sure|certain|clear|know|tell) unsure
        unclear unknown uncertain undecided depends? (?:not_enough|insufficient)_information
        torn""",
        """とも(?:言|い)え(?:な|ま) [无無]法(?:判断|判斷|确定|確定|得知|确认|判定|作出)
        [无無][从從]判[断斷] [难難]以(?:判断|判斷|确定|確定)
        不(?:能|好|太)?(?:判断|确定|確定|清楚|好说) 不知道? [看视視](?:具体)?情[况況] 具体情况
        [说說]不[准準] (?:判断|断定|判定|特定|決定)(?:が|は)?(?:でき|つき)(?:な|ませ|かね)
        決め(?:られ|かね)(?:な|ませ|る|ます) [分わ]か(?:らな|りませ|りかね) 何とも言え
        迷[いうっ](?:ます|て(?:いる|います))?(?=[。,、]|$|が[,、]) どちらとも 不明 (?:場合|条件|状況|時|人)によ(?:る|り|って) 要看
        取[决決][于於] 很?[难難][说說] 不好[说說] [说說]不清 ケースバイケース""",
    ),
    (
        "T",
        "(?!)",
        r"可能(?:的|です)?(?=\s?(?:[,.;:!、。)」】\]|]|$|\n)|では) [违違]反(?:して)? [违違]法",
    ),
    # U and A: what disagrees, and agrees, with what was asked; something may stand between.
    (
        "U",
        "contradicts? fails?",
        """異な(?:る|ります|って) 合って(?:い?な[いく]|いませ)ん? 不符合? 矛盾 相反 不一致 合わな[いく] 合いません
        (?:一致|合致|該当)し(?:な[いく]|ませ) 当ては?まら(?:な|ず) 当てはまりませ
        満た(?:さな|しませ) 反(?:する|して|します)""",
    ),
    (
        "A",
        r"""best_\w{2,12}s holds? hold_true fits match(?:es)? satisf(?:y|ies) meets? works?
        agrees?_with summari[sz]es completes captures reflects checks_out""",
        """对应 對應 符合(?:题意|題意)? 满足 滿足 一致 相符 吻合 合って(?:いる|います|る|ます) 合う 合います
        合致(?:する|します|している|しています)? 正好 恰好 刚好 当てはまる 当てはまります あてはまる
        適(?:する|し(?:ます|ている|ています)) 入る 入ります
        該当(?:する|します) 満た(?:す|します|している|しています)""",
    ),
    # W and R: wrong and right.
    (
        "W",
        r"""(?:is|are|was|were)_out(?!_of) mistakes? myths? misconceptions? fiction nonsense hoax
        fallacy bogus debunked wrong incorrect false untrue invalid inaccurate distractors?
        unlikely(?!_(?:to|that)\b) impossible(?!_(?:to|that)\b) implausible mistaken irrelevant
        errors?""",
        r"""(?:谣|謠)言 不可信 差矣 片面 事実無根 站不住[脚腳] [无無]稽之[谈談] 胡[说說] [误誤]解 [误誤][区區] 不靠[谱譜] 不[实實]
        でたらめ デタラメ デマ 俗説 迷信 嘘(?=です|だ|では|じゃ|。|$) 假命[题題] 偽(?=です|である|だ|。|$) 错误 錯誤 [错錯](?!过|過)
        有[误誤] 誤り 誤って(?:いる|います) 誤答 誤(?![差解])
        假(?:的)?(?=\s?(?:[,.;:!、。)」】\]|]|$|\n))
        間違(?:って|い|え)(?:いる|います|ます|ました|です|ている)? 不適[切当] 不正解 不正確 不正确
        不[对對] 不成立 不合适 不恰当 正しく(?:は)?な[いく] 正しく(?:は)?ありません
        適切で(?:は)?な[いく] 違い?ます 違う 干扰项 干擾項 ×(?!\s?[0-9]) [✗✘❌✕✖👎]""",
    ),
    (
        "R",
        """stronger strongest
        (?:should|must|to)_(?:all_|both_)?be_(?:checked|ticked|circled|marked|selected|chosen|picked|included)
        the_case(?=_?(?:[.,!;]|$)) truth(?=_(?:to|in)_|_?(?:[.,!;]|$))
        (?:a_)?(?:known_)?fact(?=_?(?:[.,!;]|$)) correct right true best better appropriate
        accurate suitable valid closest likel(?:y|iest) makes?_(?:the_most_)?sense""",
        r"""[准準][确確](?!率|地|性) 站得住[脚腳] 千真万确 千真萬確 真実 本当(?=です|だ|。|である|$) 事実(?=です|では|だ|である) [更最]好 更佳
        [贴貼]切 近い
        真命[题題] 正解(?=です|である|だ(?:。|$)|。) 真(?=である|だ) 正[确確](?!率|地|认识|性)
        [对對]的 [对對](?=\s?[|,，。.;!?、了还還也或」』”"】)\nA-Z]|$)
        真(?:的)?(?=\s?(?:[,.;:!、。)」】\]|]|$|\n)|です) 合法 [属屬][实實] [无無][误誤]
        (?<![\u3400-\u9fff0-9〇])〇(?=です|$|\W) 正し(?:い|く(?!な|は?あり)) 適切 適当
        ふさわしい [よ良]い(?=です|と思|でしょう) 最適 成立 合适 合適 恰当 恰當 妥当 [没沒](?:毛病|问题|問題) 合理 自然(?![数界環科])
        (?<![应應])[当當入][选選] [确確][实實]如此 靠谱 更(?:[优優]|[准準][确確]?) [没沒]跑 跑不了 [✓✔✅○◯⭕👍] √(?!\s?[0-9])""",
    ),
    # y and z: yes and no.
    (
        "y",
        "yes yep yeah (?:absolutely|certainly|indeed|definitely)(?=_?(?:[.,!;]|$)|_it_is\\b)",
        r"""(?<![\u3400-\u9fff])(?:可以|会|會|能)的?(?=\s?(?:[,.;:!、。)」】\]]|$|\n))
        はい(?=\W|$|です) (?<![\u3400-\u9fff])[是有]的?(?=\s?(?:[,.;:!、。)」】\]|]|$|\n))
        (?<=答案[是为])是(?=[。.,]|$) 谁说不是 没错 沒錯
        (?:その|記述の?|お?っしゃる)[通と]お?り(?:です|だ|で)? そうです""",
    ),
    (
        "z",
        r"no(?!_(?!it\b|they|he\b|she|there|the\b|this|that|i\b|we\b|you\b|not\b|one\b)[a-z]) nope",
        r"いいえ 否(?=\s?(?:[,.;:!、。)」】\]|]|$|\n))",
    ),
    # a: the answer; l: a label of a letter; s: what a letter stands for.
    (
        "a",
        r"""(?<=is_)what_(?:the|we|you)(?:_\w+){1,2}
        the_one_(?:you|we|i|they)(?:_|['’])(?:want|need|d_|would_|should_|mark|re_|are_)\w*
        the_one(?=_?[.,!;])
        final(?=_?:) (?:final_)?answers? ans solution response verdict antwort r[ée]ponse respuesta
        risposta
        resposta""",
        "問われて(?:いる|いた)? 答案 答え 解答 回答 正解 正答 答",
    ),
    (
        "l",
        "options? choices? letters? alternatives?",
        "选项 選項 選択肢 项 項 肢",
    ),
    (
        "s",
        """arguments? candidates? statements? ones? sentences? descriptions? claims? assertions?
        propositions?""",
        """的?(?:说法|說法|叙述|敘述|表述|描述|判断|判定|句话|句話|题干|題幹|主张|主張|做法|一项|一項|观点|觀點|陈述|陳述|命题|命題)
        記述 文""",
    ),
    # Z: none of several; N: not. Behind a word of its own kind it is part of it (is n't).
    (
        "Z",
        "none neither no_one",
        "没有一[个項项] 沒有一[個項]",
    ),
    (
        "N",
        r"""(?:un|not_)likely_(?:to|that) impossible_(?:to|that) (?:refuse|decline)[sd]?_to no
        far_from nothing not never cannot doubt(?:s|ed|ful)? nor without \w{1,6}n['’]t hardly""",
        "并?不(?!过(?![度关於于])) 并非 並非 没 沒 非(?!常) 别(?!的) 勿 未",
    ),
    # /: or.
    (
        "/",
        "or",
        "(?<!最后)(?<!最终)(?<![我那])[还還]是(?!不) 或者?(?!许) それとも あるいは または か(?=[誤正間否違]|(?:答え|正解)は)",
    ),
    # k: what makes it no statement; h: a hedge, which makes a statement weaker.
    (
        "k",
        r"""in_(?:some|certain|most|many|other)_\w+ in_others(?=_?(?:[.,;!]|$))
        to_(?:some|a_certain)_(?:extent|degree)
        too_(?:far|broad|narrow|strong|extreme|general|specific|vague|weak|late|early) plausible
        part(?:ly|ially) almost nearly tempting superficially once often sometimes
        entirely\? half""",
        "無理がある 早計 一見 有的(?![是人]) (?<!没)(?<!沒)有(?:问题|問題) 部分 基本 看似 一部 有时 有時",
    ),
    (
        "h",
        "might may could seems? looks? appears? sounds? perhaps maybe possibly",
        "似乎 看起来 看來 也许 或许 可能 かもしれ おそらく たぶん",
    ),
    # C: a conclusion; b: but; &: other words that begin a clause.
    (
        "C",
        """then(?=_?(?:[.!]|$)) so therefore thus hence consequently accordingly ergo in_conclusion
        overall finally
        conclusion in_summary in_short""",
        """消去法(?:で|により|から|より)?は? 所以 因此 因而 故此? 综上(?:所述)? 綜上(?:所述)? 由此
        可知 可见 可見 于是 从而 し?たがって 従って よって ゆえに 故に 以上より 以上から つまり
        だから 結論 结论 結局""",
    ),
    (
        "b",
        "but",
        "(?<=[いだすたるん])が(?=[、,]) とは(?:いえ|言え)(?=[、,]) ものの(?=[、,]) 而是 但是? 然而 不过 しかし だが ですが",
    ),
    # ~: what concedes something, and begins a clause.
    (
        "~",
        "even_though though although while granted",
        "虽然 雖然 虽说 尽管 儘管 固然 確かに",
    ),
    (
        "&",
        "then however whereas and because since yet where whose",
        "那么 那麼 则 則 因为 因為 由于 由於 而且? 并且 なので ので(?!たらめ) ため けれど",
    ),
    # p and c: it is; r: a relation.
    (
        "p",
        "it that this which they mine its",
        "它 这个? 這個? 那个? それ これ",
    ),
    (
        "c",
        "is are was were be been est es ist equals? being means",
        r"""=(?!>) (?<=[A-Za-z])'(?:s|re)(?![A-Za-z]) (?<=的)有 (?<=[项項])有(?=\s?[A-Z(（:]) 就?是
        [为為] 即 は が も""",
    ),
    (
        "r",
        "of to at by in on for from with under between like as about into",
        "在 与 與 對於 对于 に",
    ),
    # o: the only one; w: what is not so.
    (
        "o",
        "only sole",
        "才(?=[是符对能正]) 唯独 只有 只能 唯一 仅(?!仅)有? 僅有? (?:だけ|のみ)(?!でな|では)",
    ),
    (
        "w",
        "would",
        "(?!)",
    ),
    # Words that carry nothing here; a letter may follow them.
    (
        "-",
        """the an? us me my our your we i you i['’](?:d|ll|m|ve) must should will can clearly
        definitely probably surely certainly really very most more just simply indeed still also
        both either all these those think thinks believe say said feel conclude concludes know
        see find found suspect reckon here now do does did am have has had correctly obviously
        why sure again too there always final single given la le el die der das il correcta?
        is_the""",
        """です[ねよ] だ?[よね](?=[。!！、]|$) やっぱり やはり
        と(?:言わざるを得な[いく]|考えられ(?:る|ます)|判断(?:でき|され)?(?:る|ます|します|する)|言え(?:る|ます)|見なせ(?:る|ます))
        应该? 應該? 該 该 当 當 就 才 都 均 皆 全部? 显然 顯然 明显 我 认为 認為 觉得 覺得 想 最
        其中 本[题題] [题題] 此 可以? 能 会 必[须定]? 一定 肯定 也 的 了 吧 呢 啊 です でした
        である でしょう だ と(?:思|考え)(?:います|う|ます|る)? もの こと の 最も 明らかに 私 を
        もっとも ます と言え となります になります いう""",
    ),
)


class Certainty(IntEnum):
    """How clearly a text says that a letter is the answer."""

    DENIED = 0
    PRESENT = 1
    MENTION = 2
    WEAK = 3
    LEADING = 4
    CHOICE = 5
    STATEMENT = 6


class Said(NamedTuple):
    """What a clause says of a letter.

    Attributes:
        strength: how clearly it is chosen.
        judged: whether it is called right, which several may be; a choice is one of all.
    """

    strength: Certainty
    judged: bool = False


# What a clause says of a letter, by its kinds of words: the first line that matches decides. The
# letter is an L, in brackets a B, after "only" an O, in lower case an m, and any of them an @. A d
# at the beginning says that the clause before denied a letter.
_ALONE = r"[ls]*(?:$|:)"
_RIGHT = r"h?(?:[RA][ls]?|a)(?![FIqnNJWsxc:])"
_DENYING = r"(?:[Je][cls:]*|N[^WJ]*|W[al]c[:ls]*)"
_STATING = r"(?:(?:a|[RA][als]?|[RA]x|(?<!x)l[RA])[lsxrp]*h?[c:]+h?[Cpls]*|M[c:]*[ls]*)"
_CHOOSING = r"V(?:[c:als]*|[xls]*:)"
_GRAMMAR: tuple[tuple[str, Said | None], ...] = (
    # A condition, or what others think.
    (r"[FIiD].*@|@[ls]*c?[FI]", None),
    # "All except B are wrong."
    (
        r"e[ls]*@.*[WJ0]|@[ls]*e.*[WJ0]|@[ls]*er?[^x]*[nN]|[NZ]l?e[ls]*@",
        Said(Certainty.CHOICE, judged=True),
    ),
    # "Something other than B"; B以外.
    (r"@[ls]*e", Said(Certainty.DENIED)),
    # "Not B", "rule out B"; B ではない.
    (rf"{_DENYING}@|Z[^WJ]*@|@[ls]*c*n", Said(Certainty.DENIED)),
    # "The answer is B", "what fits is B", "we are left with B".
    (rf"{_STATING}@", Said(Certainty.STATEMENT)),
    # "The wrong one is B", where that was asked, as is plain from a conclusion.
    (rf"C[ls]*W[sx]?[lsxrp]*[c:]+[ls]*@{_ALONE}", Said(Certainty.STATEMENT)),
    (rf"W[sx]?[lsxrp]*[c:]+[ls]*@{_ALONE}", Said(Certainty.WEAK)),
    # "B is wrong", "B is not right", "B does not match the text"; "B: no" in a list.
    (
        r"@[ls]*c?v.*[WkU]|@[ls]*:?c*h?k?(?:W|J|e|n|N[chk]*(?:[RAakVv]|$)|[RA][ls]?n|[RA]?N(?![A-Za-z]))|@[ls]*c?[rxs]{0,4}U|@[ls]*:z(?!x)",
        Said(Certainty.DENIED),
    ),
    # "Answer B", "B remains", "so B".
    (
        rf"^[d!&]*@C$|^[dC!&:]*a[ls]*@|@[ls]*c*M|C[:!]*p?h?c?[ls]*@{_ALONE}",
        Said(Certainty.STATEMENT),
    ),
    # "No wait, B".
    (rf"^[C&b:]*[!0][C&b:!0]*[ls]*@{_ALONE}", Said(Certainty.CHOICE)),
    # "I choose B"; Bを選びます.
    (rf"{_CHOOSING}@|@[ls]*c?v|@[ls]*[cx]?V$", Said(Certainty.CHOICE)),
    # "B is right", B正确; "only B …".
    (rf"(?:[LOm][lsp]*c*|B[lsp]*c+){_RIGHT}", Said(Certainty.CHOICE, judged=True)),
    (r"O[ls]*(?:c(?![FIqNJWUhkn0:])|(?![cFIqNJWUhkn0:]))", Said(Certainty.CHOICE, judged=True)),
    # "The only metal is B".
    (rf"o[^WJnNU]*c[:ls]*@{_ALONE}", Said(Certainty.CHOICE)),
    # "B …: right", in a list.
    (r"^[LBm][^WRyz]*:[Ry]$", Said(Certainty.WEAK, judged=True)),
    (r"^[LBm][^WRyz]*:[Wz]$", Said(Certainty.DENIED)),
    # "B: right", "B matches the text".
    (rf"@[lsp]*:?{_RIGHT}|@[ls]*:?y(?!x)|@[ls]*c?[rxs]{{0,4}}A", Said(Certainty.WEAK, judged=True)),
    # "That fits B".
    (rf"A[rlsc:]*@{_ALONE}", Said(Certainty.WEAK, judged=True)),
    # "Not A but B"; AではなくB. "It is B".
    (rf"n(?:pc)?[ls]*@{_ALONE}|^db(?:pc)?[ls]*@{_ALONE}", Said(Certainty.CHOICE)),
    (rf"^[dC!b&:]*p?h?c[ls]*@{_ALONE}", Said(Certainty.CHOICE)),
    # Nobody calls it right or wrong, but it stands for an answer.
    (
        rf"B[^FIkhRAUWNZqJe]*$|(?:^|[dCcab:p!hR]|hr)[ls]*[LO]{_ALONE}|^l+:m$",
        Said(Certainty.MENTION),
    ),
    # It is criticized in other words, described as a thing ("A is bigger"), or just there.
    (r"[NZ].*@|@.*[WJneUkZN0]", Said(Certainty.DENIED)),
    (r"@.*[FIDi]|^[dC&]*t", None),
    (r"@", Said(Certainty.PRESENT)),
)
_RULES = [(re.compile(pattern.replace("@", "[LBOm]")), said) for pattern, said in _GRAMMAR]
_HEDGED = re.compile(r"h.*[LBOm]|[LBOm][lsc:]*h")
_CONCLUDED = re.compile(r"[d!&b]*C")


_TAKES = re.compile(rf"(?:{_DENYING}|{_STATING}|{_CHOOSING})$")


def takes_letters(before: str) -> bool:
    """Return whether words say of the letters behind them what those are: "the answer is"."""
    return bool(_TAKES.search(before))


@lru_cache(maxsize=4096)  # clauses are short, and texts repeat their grammar
def said_of_letter(kinds: str, *, would: bool) -> Said | None:
    """Return what a clause says of a letter, ``None`` for nothing.

    Args:
        kinds: the kinds of the words up to the next letter, silent ones left out.
        would: whether it says what would be.
    """
    said = next((said for pattern, said in _RULES if pattern.search(kinds)), None)
    if said is None or said.strength <= Certainty.WEAK:
        return said
    if _HEDGED.search(kinds) or (would and said.judged):
        return said._replace(strength=Certainty.WEAK)
    if said.strength == Certainty.CHOICE and _CONCLUDED.match(kinds):
        return said._replace(strength=Certainty.STATEMENT)
    return said


def questions(text: str) -> Iterator[str]:
    """Yield the text up to each question that begins in it."""
    starts = [found.start() for found in _RUN_ON.finditer(text)]
    for start, end in zip([0, *starts], [*starts, len(text)], strict=True):
        if text[start:end].strip():
            yield text[start:end]


def plain_marks(text: str) -> str:
    """Return a text without emphasis and LaTeX."""
    return _MARKS.sub("", text)


# Groups of an expression.
_GROUP = re.compile(r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")


def _initials(words: str) -> str:
    """Return a pattern of the letters that words begin with, by which most lines are skipped.

    It is empty where a word does not begin with a plain letter.
    """
    expressions = words.split()
    first = {word[0] for word in expressions}
    plain = all("a" <= letter <= "z" for letter in first)
    open_ = any(word[1:2] == "?" or "|" in _GROUP.sub("", word) for word in expressions)
    return f"(?=[{''.join(sorted(first))}])" if plain and not open_ else ""


@cache
def word_kinds(first: tuple[tuple[str, str, str], ...] = ()) -> tuple[str, dict[str, str]]:
    """Return a pattern of all words with a group for each line of the list, and the groups' kinds.

    The marks of a clause are in it too: comma, colon, and what ends a sentence.

    Args:
        first: lines that come before those of the list.
    """
    lines = (*first, *_WORDS)
    kinds: dict[str, str] = {}
    latin, other = [], []
    for number, (kind, words, signs) in enumerate(lines):
        kinds[f"l{number}"] = kinds[f"o{number}"] = kind
        initials = _initials(words)
        latin.append(f"{initials}(?P<l{number}>{'|'.join(words.split())})".replace("_", r"\s"))
        other.append(f"(?P<o{number}>{'|'.join(signs.split())})")
    whole = rf"(?<![A-Za-z])(?=[A-Za-z'])(?i:{'|'.join(latin)})(?![A-Za-z])"
    # All the others begin with a character that is in them, so that most are skipped at once.
    known = "".join(sorted({each for *_, signs in lines for each in signs if not each.isascii()}))
    parts = [whole, f"(?=['={known}])(?:{'|'.join(other)})"]
    for name, kind, marks in (
        ("comma", ",", r"[,，、]"),
        ("colon", ":", r"[:：→|]|=>|->|[ ][-—–]+[ ]|—+"),
        ("question", "?", r"[?？]|か(?=。)"),
        ("line", "|", r"\n"),
        ("stop", ".", r"[.。!！;；…]+"),
        ("other", "x", rf"[A-Za-z0-9_'’À-ÿ]+|[^\WA-Za-z0-9{known}]+|[^\WA-Za-z0-9]"),
    ):
        kinds[name] = kind
        parts.append(f"(?P<{name}>{marks})")
    return "|".join(parts), kinds
