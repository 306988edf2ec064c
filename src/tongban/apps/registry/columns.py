"""The columns that spreadsheets of messages have, under the names that offices give them."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

Kind: TypeAlias = Literal["text", "instant", "whole"]


class Column(Struct, frozen=True):
    """A column that is looked for. ``present``: it must be there; ``required``: and no cell of it may be empty."""

    name: str
    headers: tuple[str, ...]
    kind: Kind = "text"
    required: bool = False
    present: bool = False


CASE_COLUMNS: tuple[Column, ...] = (
    Column("id", ("留言编号", "编号", "工单编号", "诉求编号", "number", "case number"), required=True),
    Column("user", ("留言用户", "用户", "诉求人", "姓名", "requester", "name")),
    Column("title", ("留言主题", "主题", "标题", "subject")),
    Column(
        "time", ("留言时间", "时间", "诉求时间", "登记时间", "created", "received"), "instant", required=True
    ),
    Column("body", ("留言详情", "详情", "正文", "内容", "诉求内容", "content", "text"), required=True),
    Column("reply", ("答复意见", "答复", "答复内容", "回复", "answer")),
    Column("reply_time", ("答复时间", "回复时间", "办结时间", "replied", "answered"), "instant"),
    Column("category", ("类别", "分类", "一级标签", "一级分类", "label")),
    Column("division", ("区划", "属地", "乡镇", "事发地", "area")),
    Column("phone", ("电话", "联系电话", "手机", "手机号", "mobile")),
    Column("credit_code", ("统一社会信用代码", "信用代码", "社会信用代码", "credit code")),
)

LABELLED_COLUMNS: tuple[Column, ...] = (
    Column("id", ("留言编号", "编号", "工单编号", "id", "number"), required=True),
    Column("title", ("留言主题", "主题", "标题", "title", "subject"), present=True),
    Column("body", ("留言详情", "详情", "正文", "内容", "诉求内容", "body", "content", "text"), present=True),
    Column("category", ("类别", "分类", "一级标签", "一级分类", "label")),
    Column("group", ("组", "重复组", "cluster")),
    Column("place", ("地点", "事发地", "地址", "place")),
)
"""What is classified, learnt from or measured. Both columns must be there; in a row a title without a body is enough; ``group`` marks near-duplicates."""
