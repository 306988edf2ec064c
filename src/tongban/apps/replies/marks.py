"""Marks of a complete reply: what was done, on what it rests, what remains and until when, whom to ask.

Words are looked for, nothing is understood. A sentence that only tells what somebody may do (如…, 请您…) tells
no deed; the day under a letter is no promise.
"""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[^。！？；!?;\n]+")
_CLAUSE = re.compile(r"[^，。！？；：,!?;:\n]+")

_DEED = re.compile(
    "经查|据查|经.{0,10}(?:核实|调查|核查|查实|查明|了解|协商|协调|检测)|(?:进行|开展|组织|安排|立即|迅速|派).{0,16}(?:调查|核实|核查|检查|排查|走访|摸底|约谈|整治|处置|冲洗|清理)|"
    "(?:现场|实地|上门|入户).{0,8}(?:查|看|勘|核|走访|了解|解决|督|处置|监察|向)|(?:到|赴).{0,12}(?:现场|实地|调查|查看)|走访|约谈|约见|面谈|谈话|责令|责成|督促|"
    "整改|整治|修复|修好|修缮|抢修|更换|换好|换上|换成|拆除|清理|清运|清扫|打扫|疏通|处罚|罚款|立案|取缔|暂扣|没收|训诫|批评|劝导|打击|"
    "协调|沟通|下达|召集|召开|补办|补发|结清|道歉|委托|派员|派人|派专人|指令|开工|动工|竣工|"
    "(?:纳入|列入).{0,24}(?:计划|规划|范围)|(?:取得|进行|与.{0,30})联系|专题研究|研究决定"
)
_WEAK = re.compile(
    "调查|核实|检查|安装|加装|加设|铺设|硬化|改造|施工|建设|开发|开通|恢复|增设|增加|调整|规划|选址|征求|征地|编制|制[定订]|启动|批复|批准|同意|确定|验收|发放|退回|支付|"
    "安排|要求|开展|采取|实施|筹建|汇报|争取|公布|公示|申请报废|办理|通水|通车|建成|完成|停止|录入|落实|研究|解释|解决|采用|宣传"
)
_PLAIN = re.compile(
    "已(?!经?(?:收|转|知|获|于|不|无|有|列入|纳入|办理补|购买|参加))|退[还回款赔]|赔付|赔偿[^的]|补[发植贴齐登办]|新[增装设]|加[装派密固设]|增[设配派]|查[获扣处]|封存|下架|停[业播产]|移送|"
    "铲除|修剪|清[走退空淤]|拨付|放款|到账|致歉|签字|更正|抢通|改[为道建用]|调[整换解]|检测|抽检|送检|划[出线]|会诊|会同|指导|调解|安装|修[好复]|实行|设(?:立|置|护栏|岗)"
)
_DONE = re.compile(
    "已|了(?!解)|正在|正(?=积极|与|处于|抓紧)|曾|尚在|拟(?!建)|决定|暂定|现(?:正|已)|立即|首先|分别"
)
_SUPPOSED = re.compile(
    "^(?:[0-9]、)?(?:如|若|倘|假如|一旦|请|建议|您可|你可|可以|可向|可到|也可|可|应当?|须|需|凡|希望|欢迎|关于|根据|按照?|对于|由于|为了?|因)|请您|您可以|你可以|可以向|有下列|"
    "规定的?$|无法|没有|不再|(?:将|会)(?!议|同|展)"
)
_GENERAL = re.compile("按照?(?:有关|相关)?规定|原则上|申请人|参保|职工基本|符合.{0,12}条件|不纳入")
_TITLE = re.compile("《[^》]{0,400}》|[“‘][^”’]{0,400}[”’]")

_NAMED = re.compile(r"《([^》]{3,80})》")
_NO_RULE = re.compile("问政|帖|投诉|反映|咨询|留言|申请人?签名|请求|通知书|合同|协议|凭证|反馈|函》?$")
_NUMBERED = re.compile(
    r"[〔\[（(]?(?:19|20)[0-9]{2}[〕\]）)] ?(?:第)?[0-9]{1,4} ?号|第 ?[0-9一二三四五六七八九十百]{1,6} ?条|[0-9]{1,4}号(?:文|令)|政府发文|"
    r"(?i:gb) ?/? ?t? ?[0-9]{3,5}|号文件"
)
_MEETING = re.compile(
    "(?:会议|常委会|纪要|县委|市委|协调会).{0,6}(?:精神|决定|要求|议定|纪要)|工作方案|实施方案|总体规划|专项规划|(?:规划委员会|规委会)"
)

_AHEAD = re.compile(
    "(?<!现)(?<!已)(?<!可)将(?!有关|相关|具体|您|你|结果|情况|处理|落实|其|该|原|我|[^，。]{0,20}纳入[^，。]{0,6}范围)|下一?步|后续|接下来|下阶段|今后(?!再|如|若)|正在|正与|正积极|尚在|"
    "待[^，。遇]{2,20}(?:后|毕|再|即)|继续|拟(?!建)|计划(?:于|在)|预计|会进一步|尽快|力争|争取(?!上级每)|承诺|即将|逐步|再(?:行|进行|次派)|跟踪|持续"
)
_WHEN = re.compile(
    r"(?:(?:20[0-9]{2}年|今年|明年|本|下个?)?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})月(?:[0-9]{1,2}[日号]|[一二三四五六七八九十]{1,3}[日号]|底|初|份|中旬|上旬|下旬)?|"
    r"(?:年|月|周)(?:底|末|内|中)|年前|(?:本|下个?)(?:周|星期|月|季度)|(?:明|后|今|次)年|(?:上|下)半年|[一二三四]季度|20[0-9]{2}年|"
    r"[0-9一二三四五六七八九十两半]{1,3}个?(?:工作日|小时|天|日|周|星期|月)(?:之?以?内|左右|后)?)"
)
_PROMISING = re.compile(
    "预计|计划(?:于|在)|拟(?!自|建)|力争|争取|承诺|将|底前|之?前(?:完|拆|整|建|到|办|修|能|基本)|内(?:完|拆|整|建|到|办(?!理|结)|修|进行|将)|左右|决定在|(?:从|自).{1,8}(?:起|开始)|动工|完工|年前"
)
_PAST = re.compile("已(?!安排|要求|责)|了(?!解)|去年|曾|累计|改革以来|年度|年以来|经过")
_LETTER_DAY = re.compile(r"(?:19|20)[0-9]{2}[年./-][0-9]{1,2}[月./-][0-9]{1,2}日?")

_NUMBER = re.compile(
    r"\[电话\]|(?<![0-9])0[0-9]{2,3} ?[-－—–] ?[0-9]{7,8}|(?<![0-9])1[3-9][0-9]{9}(?![0-9])|(?<![0-9.])[2-8][0-9]{6,7}(?![0-9.元万])|(?<![0-9])123(?:45|[0-9]{2})(?![0-9])"
)
_ASK = re.compile(
    "(?:请|可|欢迎|建议|详情|直接)[^，。；]{0,14}(?:咨询|联系|拨打|致电|来电|前往|去|到|向)[^，。；]{1,30}"
    "(?:局|办|中心|所|股|站|科|处|政府|窗口|部门|村委|社区|街道|公司|法院|学校|单位|机关|派出所|热线|网站|信箱|平台)|联系(?:人|方式|电话)[:：]|向[^，。；]{2,20}(?:反映|反馈|申请|衔接)|咨询(?:当地|本单位)"
)


def deed(text: str) -> bool:
    """Whether something was done, found out or decided in the matter."""
    return any(_tells_a_deed(each.strip()) for each in _CLAUSE.findall(_TITLE.sub("", text)))


def _tells_a_deed(clause: str) -> bool:
    if _SUPPOSED.search(clause) or _GENERAL.search(clause):
        return False
    return bool(
        _DEED.search(clause) or _PLAIN.search(clause) or (_WEAK.search(clause) and _DONE.search(clause))
    )


def basis(text: str) -> bool:
    """Whether a rule, document, standard, plan or meeting is named so that it can be looked up."""
    titles = (hit[1] for hit in _NAMED.finditer(text))
    return any(not _NO_RULE.search(each) for each in titles) or bool(
        _NUMBERED.search(text) or _MEETING.search(text)
    )


def remains(text: str) -> bool:
    """Whether something is still to be done."""
    return bool(_AHEAD.search(text))


def promised(text: str) -> tuple[str, ...]:
    """The times by which something is to be done, as they are written."""
    found: list[str] = []
    for each in _SENTENCE.findall(_LETTER_DAY.sub(" ", text)):
        for clause in _CLAUSE.findall(each):
            if _PROMISING.search(clause) and not _PAST.search(clause):
                found += [hit[0] for hit in _WHEN.finditer(clause)]
    return tuple(dict.fromkeys(found))


def whom_to_ask(text: str) -> bool:
    """Whether a number, an office or a person to turn to is named."""
    return bool(_NUMBER.search(text) or _ASK.search(text))


_ASKS = re.compile(
    "咨询|请问|想问|如何|怎么办理|怎样|能否|能不能|可不可以|是否|多少|哪里|哪个|什么时候|何时|[吗呢]"
)
_VAGUE = re.compile(
    r"相关|有关|法律|法规|规定|政策|文件|制度|要求|精神|标准|程序|流程|国家|上级|按照?|根据|依据|依照|严格|执行|办理|处理|和|及|等|的|[^㐀-鿿A-Za-z0-9]"
)
_NOTHING = re.compile(
    r"(?:无|没有|暂无|无遗留|没有遗留|均已办结|不适用|none|no)[^㐀-鿿]*(?:问题|事项)?[^㐀-鿿]*", re.IGNORECASE
)


def asks(matter: str) -> bool:
    """Whether a matter asks for information, so that telling it is the deed."""
    return bool(_ASKS.search(matter))


def vague(text: str) -> bool:
    """Whether what is given as the basis names none: 按相关规定."""
    return len(_VAGUE.sub("", text)) < 2


def nothing(text: str) -> bool:
    """Whether what is given as remaining says that nothing does."""
    return not text.strip() or bool(_NOTHING.fullmatch(text.strip()))


def times(text: str) -> tuple[str, ...]:
    """All times that are named, promised or not."""
    return tuple(dict.fromkeys(hit[0] for hit in _WHEN.finditer(text)))
