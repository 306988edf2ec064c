"""On an English page, what stands there in Chinese is marked as Chinese."""

from __future__ import annotations

import pytest

from tongban.web.frame.originals import marked


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("<p>Rests on 国办发〔2020〕53号, part 2</p>", '<p>Rests on <span lang="zh-Hans">国办发〔2020〕53号</span>, part 2</p>'),
        ('<a title="城管局" href="/">城管局</a>', '<a title="城管局" href="/"><span lang="zh-Hans">城管局</span></a>'),
        ("<p>&lt;b&gt;井盖&lt;/b&gt;</p>", '<p>&lt;b&gt;<span lang="zh-Hans">井盖</span>&lt;/b&gt;</p>'),
        ("<p>𠮷野家</p>", '<p><span lang="zh-Hans">𠮷野家</span></p>'),
        ('<option value="1">乡镇</option>', '<option value="1" lang="zh-Hans">乡镇</option>'),
        ("<textarea>\n路灯</textarea>", "<textarea>\n路灯</textarea>"),
        ("<svg><text>路灯</text></svg>", '<svg><text><tspan lang="zh-Hans">路灯</tspan></text></svg>'),
        ("<svg><title>城管局在办</title></svg>", '<svg><title lang="zh-Hans">城管局在办</title></svg>'),
        ("<title>路灯不亮 · Changshan</title>", '<title lang="zh-Hans">路灯不亮 · Changshan</title>'),
        ("<title>All matters of the 县</title>", "<title>All matters of the 县</title>"),
        ("<p>卖“量子水”</p>", '<p><span lang="zh-Hans">卖“量子水”</span></p>'),
        ("<p>Find “井盖” in all</p>", '<p>Find “<span lang="zh-Hans">井盖</span>” in all</p>'),
        ("<p>All is well.</p>", "<p>All is well.</p>"),
    ],
)  # fmt: skip
def test_a_run_of_chinese_bears_its_language_and_nothing_else_changes(page: str, told: str) -> None:
    assert marked(page) == told
