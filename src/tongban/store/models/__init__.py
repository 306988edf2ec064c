"""The tables. Every key begins with the county, so that one county's work touches one shard.

No table refers to another by a foreign key: a constraint across shards cannot be held, and within the
ledger the seals say more than a constraint could.
"""

from tongban.store.models.asked import AskedRow
from tongban.store.models.cases import (
    Below,
    CaseRow,
    Course,
    NoticeRow,
    Pair,
    PublicStamp,
    PublicText,
    SearchText,
    Subject,
)
from tongban.store.models.counted import CountedRow, ExtractRow
from tongban.store.models.editions import EditionRow
from tongban.store.models.effects import EffectRow
from tongban.store.models.exchange import HeardRow, PeerRow, ToldRow
from tongban.store.models.jobs import AsideRow, JobRow
from tongban.store.models.ledger import (
    Block,
    Bookmark,
    CheckpointRow,
    Content,
    Count,
    Derived,
    DrawSheet,
    EventRow,
    Identity,
    Leaf,
    RequestRow,
)
from tongban.store.models.notices import DeliveryRow, RequesterChoice, SendingRow, StaffChoice
from tongban.store.models.numbers import OwnNumber
from tongban.store.models.open311 import Open311Key, Open311Offer, Open311Sent
from tongban.store.models.outlines import OutlinesRow
from tongban.store.models.people import CountyRule, FactorRow, LinkRow, SignedInRow, StandInRow
from tongban.store.models.registers import (
    AdoptionRow,
    Attachment,
    CalendarYear,
    Category,
    DivisionRow,
    DutyRow,
    EntryRow,
    KeptPart,
    Person,
    PostRow,
    Stamp,
    TokenRow,
    UnitRow,
)
from tongban.store.models.travelling import DraftRow, ParcelRow
from tongban.store.models.webhooks import AnswerRow, MessageRow, WebhookRow

__all__ = [
    "AdoptionRow",
    "AnswerRow",
    "AsideRow",
    "AskedRow",
    "Attachment",
    "Below",
    "Block",
    "Bookmark",
    "CalendarYear",
    "CaseRow",
    "Category",
    "CheckpointRow",
    "Content",
    "Count",
    "CountedRow",
    "CountyRule",
    "Course",
    "DeliveryRow",
    "Derived",
    "DivisionRow",
    "DraftRow",
    "DrawSheet",
    "DutyRow",
    "EditionRow",
    "EffectRow",
    "EntryRow",
    "EventRow",
    "ExtractRow",
    "FactorRow",
    "HeardRow",
    "Identity",
    "JobRow",
    "KeptPart",
    "Leaf",
    "LinkRow",
    "MessageRow",
    "NoticeRow",
    "Open311Key",
    "Open311Offer",
    "Open311Sent",
    "OutlinesRow",
    "OwnNumber",
    "Pair",
    "ParcelRow",
    "PeerRow",
    "Person",
    "PostRow",
    "PublicStamp",
    "PublicText",
    "RequestRow",
    "RequesterChoice",
    "SearchText",
    "SendingRow",
    "SignedInRow",
    "StaffChoice",
    "Stamp",
    "StandInRow",
    "Subject",
    "TokenRow",
    "ToldRow",
    "UnitRow",
    "WebhookRow",
]
