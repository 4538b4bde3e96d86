"""Sayings in which a numeral is no number: 五十步笑百步, 三日坊主, "two heads are better than one".

Only sayings whose numeral would be read otherwise are listed: most have single Han characters that
are no numerals where they stand (一石二鸟, 一期一会), or ordinals (the eleventh hour).
"""

from __future__ import annotations

from functools import lru_cache

__all__ = ["sayings_with"]

_CHINESE = """
七零八落 七零八碎 三三两两 三三兩兩 五十步笑百步 三十六计 三十六計 三百六十行
百年好合 百年大计 百年大計 百年不遇 三天打鱼 两天晒网 三天打魚 兩天曬網
一个巴掌 一個巴掌 一年之计 一年之計 一日之计 一日之計 一日不见 一日不見 一日三秋 一日千里
三人行,必有 三人行必有 十年树木 百年树人 十年樹木 百年樹人 三个臭皮匠 三個臭皮匠
三个和尚 三個和尚 十年磨一剑 十年磨一劍 十年寒窗 七年之痒 七年之癢 三月不知肉味 二人世界
三人成虎 一日为师 一日為師 一年到头 一年到頭 一年四季 一天到晚 一次又一次 一天天 一个个
一個個 一个又一个 一人得道 一本正经 一本正經 千人一面 万人空巷 十个手指
"""
_JAPANESE = """
三日坊主 三日天下 三日三晩 石の上にも三年 仏の顔も三度 三人寄れば 三つ子の魂百まで
人の噂も七十五日 五十歩百歩 七五三 八百屋 八百長 八百万の神 百も承知 二の足 二の舞 二の次
三度目の正直 二度あること 二度と 二度手間 三度の飯 十年一日 十年一昔 桃栗三年 柿八年
二人三脚 二人羽織 一か八か 一から十まで 一を聞いて十 一つ屋根 一人残らず 一人一人 一つ一つ
百人一首 一本釣り 一本気 一本調子 一枚岩 一枚上手 一度も 一度に 三つ巴 七つ道具 八つ当たり
六日の菖蒲 十人十色 百人百様 一日千秋 一日の長
"""
_ENGLISH = """
cloud nine; nine yards; two heads are better; two heads is better; better than one; square one
with one stone; one in a hundred; one in a thousand; one in a million; one in a billion
six of one; forty winks; two peas; saves nine; nine times out of ten; nine out of ten; high five
zero tolerance; ground zero; back to zero; two cents; million-dollar; one by one; one step
one at a time; one too many
one after another; one after the other; two and two together; one size fits; two left feet
two sides of the same coin; two sides of the coin; ten to one; two minds; two wrongs; nine lives
seven seas; seven deadly; a thousand words; a million thanks; a million times; thanks a million
one and the same; one and only; one and all; two's company; three's a crowd; four corners
takes two to; two birds with; one fell swoop; three cheers; one good turn; two shakes; 24/7
"""


_EASTERN = (_CHINESE + _JAPANESE).split()
_WESTERN = [saying.strip() for line in _ENGLISH.strip().splitlines() for saying in line.split(";")]


@lru_cache(maxsize=4096)  # texts repeat their numbers
def sayings_with(numeral: str) -> list[str]:
    """Return the sayings, in lower case, that contain a numeral.

    Examples:
        >>> sayings_with("ninety"), sayings_with("seven")
        ([], ['seven seas', 'seven deadly'])
    """
    return [saying for saying in (*_EASTERN, *_WESTERN) if numeral in saying]
