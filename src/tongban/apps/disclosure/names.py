"""What in a text looks like a place, a shop, a person or an illness: shown to whoever is about to publish it.

A published place goes down to its township only (domain rules 1.6). Numbers are masked by the machine, but for their ends; names
are not, because only a person can tell 柚香苑 from 老旧小区. So both are pointed out, and the publisher decides.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from tongban.kernel.form import masked_numbers

_HAN = "一-鿿"
_KINDS = (
    "小区|花园|花苑|家园|公寓|新村|名邸|佳苑|雅居|大厦|山庄|新城|小学|中学|初中|高中|完小|幼儿园|"
    "早餐店|理发店|便利店|饭店|酒店|宾馆|超市|药房|药店|面馆|小炒|火锅|烧烤店|茶楼|网吧|有限公司|合作社|养殖场"
)
_PLACE = re.compile(rf"(?:[{_HAN}]{{1,4}}(?:街道|镇|乡))?(?P<name>[{_HAN}]{{2,6}}?(?:{_KINDS}))")
"""The township before it may be named, and is no part of the name."""
_ROAD = re.compile(
    rf"(?P<name>[{_HAN}]{{2,6}}?(?:(?:大道|路|街|巷|弄)[0-9]{{1,4}}号|(?:大道|路|街|巷)(?![{_HAN}])|大道|路(?=[东西南北与和路])))"
)
_NUMBERED = re.compile(r"[0-9]{1,4} ?(?:幢|栋|单元|室)|[0-9]{1,4}号(?:楼|院|门面)")
_BOUND = re.compile(
    r".*[在从往向沿给由把被对和与跟及到是去请叫为按的了有过所靠住说开让并将会我你他她它这那某各每多两个家条片段]"
)
"""Everything up to the last character that stands before a name rather than in it."""
_PLAIN = re.compile(
    r"^(?:们|老旧|住宅|隔壁|附近|旁边|对面|农村|城区|全县|全镇|本县|县|镇|村|公办|民办|普通|实验|乡镇|大型|小型|五星|连锁|公共|机耕|水泥|高速|主要|进村|"
    r"一|公|道|马|铁|线|思|门|出|走|修|铺|半|网|老|步行|商业|整)+"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石"
    "金韦贾夏付邹熊孟秦邱侯江尹薛段雷龙陶贺毛郝顾龚邵覃武钱戴严莫孔汤占樊祝童洪傅翁柴鲁聂季"
)
_CALLED = "先生|女士|小姐|师傅|阿姨|大爷|大妈|老伯|书记|主任|医生|老师|经理|局长|镇长|村长|校长"
_PERSON = re.compile(rf"[{_SURNAMES}][{_HAN}]{{0,2}}?(?:{_CALLED})")
_FULL_NAME = re.compile(
    rf"(?<![{_HAN}])(?P<name>[{_SURNAMES}](?!某)[{_HAN}]{{1,2}}?)(?=住|家住|来电|来访|反映|投诉|本人|同志|[，,、 （(]?(?:电话|手机|身份证|住))"
)
"""A name that stands at the beginning, before what only a person does or has."""
_MORE_SURNAMES = "方万史常毕乔赖文倪施俞柯章颜殷兰鲍葛岳庞耿安齐尚黎申"
_DOUBLE_SURNAMES = "欧阳|上官|司马|司徒|诸葛|夏侯|皇甫|尉迟|公孙|令狐|端木"
_ENDS = (
    f"[^{_HAN}]|$|住|家住|来电|来访|反映|投诉|举报|诉求|本人|同志|患|今年|是|的|在|称|说|表示|认为|要求|希望|"
    "联系|电话|手机|身份证|因|对|和|与|及|一家"
)
_INTRODUCED = re.compile(
    rf"(?:我叫|名字叫|名叫|姓名)(?:是|为)?[:： ]?(?P<name>(?![了他她它过来去人不车醒上某])[{_HAN}]{{2,4}}?)(?={_ENDS})"
)
_AS = "我是|本人|诉求人|求助人|来电人|来访人|反映人|投诉人|举报人|当事人|申请人|联系人|户主|业主|患者"
_AFTER_ROLE = re.compile(
    rf"(?:{_AS})(?:是|为|叫)?[:：， ]?"
    rf"(?P<name>(?:{_DOUBLE_SURNAMES}|[{_SURNAMES}{_MORE_SURNAMES}])(?!某)[{_HAN}]{{1,2}}?)(?<![人村镇乡县市区岁户])(?={_ENDS})"
)
"""A name after the word for who somebody is in the matter."""
_SURNAME = re.compile(rf"(?<!百)(?P<name>姓[{_SURNAMES}{_MORE_SURNAMES}])(?![名氏])")
_HEALTH = re.compile(
    # 个人信息保护法 第二十八条: 医疗健康 is sensitive personal information. What residents write of most often.
    rf"(?<![隐后水])患(?:有|了|上)?[{_HAN}]{{1,8}}?(?:症|病|癌|瘤|炎)|[肺肝胃肠乳腺宫颈血喉鼻咽]{{0,2}}癌症?|精神(?:分裂症?|病|障碍|失常)|抑郁症?|"
    "焦虑症|躁郁症|双相障碍|自闭症|孤独症|痴呆|智障|癫痫|艾滋病?|HIV|梅毒|性病|乙肝|肝炎|肺结核|肿瘤|白血病|尿毒症|"
    "糖尿病|高血压|心脏病|脑梗|(?<!空气)中风(?![险力景格速很大口沙])|瘫痪|植物人|化疗|透析|流产(?!生)|"
    "(?:[一二三四]级|肢体|视力|听力|智力|精神)*(?:残疾|伤残)(?!人?(?:通道|坡道|设施|车位|厕所|卫生间|联合会|保障金))"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][ ·]?[A-Z0-9]{5,6}"
)
_FOREMOST = frozenset(_SURNAMES + _MORE_SURNAMES)
_ORDINARY = re.compile(
    "谢谢|许[可诺多]|申[请报诉领]|文[明化件昌]|齐全|杜绝|安[静监保全危逸康置装排]|张[贴榜]|祝您|段[时路]|范[畴围]|石[拱桥头料]|施[工策]|孙[子女]|"
    "孔明灯|钱[财粮]|何[时况]|顾[客问]|付[清款费]|洪水|陈[旧述]|马路|严[重格禁]|周[转边末期]|莫[让名]|曾[用经]|常[用住见]|时常|万一|方[便案式]|"
    "黄[色昏金土泥]|金[额属融]|田[埂间地]|叶子|毛毛|梁上|林[权业木]|岳[父母]|余[额款下]|雷[锋雨电]|.某"
)
"""Words that begin like a name, which the segmenter takes for one now and then."""
_LEAST = 2
"""Characters that a name has before the word for its kind: 县医院 names nothing."""


def named(texts: Iterable[str], known: Iterable[str] = (), plain: Collection[str] = ()) -> tuple[str, ...]:
    """What looks like a name, is somebody's number or tells of somebody's health in these texts, each once, in the order of the text.

    ``known`` are names that are known to be too fine: those of the villages, and of people in the matter. What stands in one of the
    texts ``plain`` is public by law.
    """
    found: dict[str, None] = {}
    fine = tuple(name for name in known if len(name) >= _LEAST)
    for text in texts:
        hits = [*_sites(text), *_people(text), *((hit.start(), hit[0]) for hit in _HEALTH.finditer(text))]
        hits += [(text.index(name), name) for name in fine if name in text]
        hits += [(begin, masked) for (begin, _), masked in masked_numbers(text, plain)]
        found |= dict.fromkeys(name for _, name in sorted(hits))
    return tuple(
        name
        for name in found
        if not any(name != other and name in other for other in found)
        and not any(name in told for told in plain)
    )


def people(texts: Iterable[str]) -> frozenset[str]:
    """Full names that the texts give to somebody, as far as they say so: 我叫…, 诉求人…, … 来电."""
    patterns = (_INTRODUCED, _AFTER_ROLE, _FULL_NAME)
    return frozenset(hit["name"] for text in texts for pattern in patterns for hit in pattern.finditer(text))


def _sites(text: str) -> Iterator[tuple[int, str]]:
    for pattern in (_PLACE, _ROAD):
        for hit in pattern.finditer(text):
            words = _BOUND.sub("", hit["name"])
            kind = re.search(rf"(?:{_KINDS}|大道|路|街|巷|弄)(?:[0-9]+号)?$", words)
            if kind is not None and len(_PLAIN.sub("", words[: kind.start()])) >= _LEAST:
                yield hit.end() - len(words), words
    for hit in _NUMBERED.finditer(text):
        yield hit.start(), hit[0]


def _people(text: str) -> Iterator[tuple[int, str]]:
    for pattern in (_INTRODUCED, _AFTER_ROLE, _SURNAME, _PERSON, _FULL_NAME, _PLATE):
        for hit in pattern.finditer(text):
            name = "name" if "name" in pattern.groupindex else 0
            yield hit.start(name), hit[name]
    yield from _tagged(text)


def _tagged(text: str) -> Iterator[tuple[int, str]]:
    """What the segmenter takes for a person, with a surname before one or two characters."""
    import rjieba  # a quarter of a second for its dictionary, and only whoever publishes needs it

    at = 0
    for word, kind in rjieba.tag(text):
        if kind == "nr" and 2 <= len(word) <= 3 and word[0] in _FOREMOST and not _ORDINARY.match(word):
            yield at, word
        at += len(word)
