"""Files are taken by what they are, all or none, and lose the traces a camera leaves."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from desk_ground import Desk, county, desk
from resident_ground import picture
from tongban.apps.casework.files import LARGEST, LONGEST_SIDE, Kept, keep, media_types, open_file
from tongban.kernel.refusal import Refused
from tongban.store.models import Attachment
from tongban.store.shelf import FOLDER, Folder

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n2 0 obj<</Type /Page>>endobj\ntrailer<<>>\n%%EOF\n"


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def kept(desk: Desk, *uploads: Any) -> tuple[Kept, ...]:
    found = keep(uploads, desk.acting(desk.clerk))
    assert not isinstance(found, Refused), found
    return found


def refused(desk: Desk, *uploads: Any, field: str = "photos") -> list[tuple[str, str]]:
    found = keep(uploads, desk.acting(desk.clerk), field)
    assert isinstance(found, Refused)
    return [(each.code, each.where) for each in found.all()]


@pytest.mark.parametrize(
    ("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
@pytest.mark.parametrize("name", ["photo.jpg", "IMG.0001", "现场", "照片.PNG"])
def test_a_picture_is_known_by_its_content_under_any_picture_s_name(
    desk: Desk, name: str, kind: str, media_type: str
) -> None:
    (one,) = kept(desk, upload(name, picture(kind).read()))
    assert one.media_type == media_type
    again = open_file(one.id)
    assert isinstance(again, tuple)
    assert again[0] == media_type
    assert Image.open(io.BytesIO(again[1])).size == (60, 40)


def test_the_place_and_the_device_of_a_photo_are_not_kept(desk: Desk) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Maker", "Phone of Wang", 6
    exif.get_ifd(0x8825)[2] = (28.0, 54.0, 3.0)
    (one,) = kept(desk, upload("a.jpg", picture(exif=exif).read()))
    found = open_file(one.id)
    assert isinstance(found, tuple)
    shown = Image.open(io.BytesIO(found[1]))
    assert dict(shown.getexif()) == {}
    assert b"Wang" not in found[1]
    assert shown.size == (40, 60), "turned upright, as the mark said that is gone now"


def test_a_palette_and_a_transparent_picture_keep_their_colours(desk: Desk) -> None:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (10, 200, 30)).convert("P").save(out, "PNG")
    clear = io.BytesIO()
    Image.new("RGBA", (8, 8), (10, 200, 30, 0)).save(clear, "PNG")
    first, second = kept(desk, upload("p.png", out.getvalue()), upload("t.png", clear.getvalue()))
    one, two = open_file(first.id), open_file(second.id)
    assert isinstance(one, tuple)
    assert isinstance(two, tuple)
    red, green, blue = Image.open(io.BytesIO(one[1])).convert("RGB").getpixel((4, 4))  # type: ignore[misc]
    assert green > 150 > 60 > max(red, blue)
    assert Image.open(io.BytesIO(two[1])).getpixel((4, 4))[3] == 0  # type: ignore[index]


def test_a_large_photo_is_made_small_enough_for_a_slow_line(desk: Desk) -> None:
    (one,) = kept(desk, picture(size=(LONGEST_SIDE * 2, 300)))
    found = open_file(one.id)
    assert isinstance(found, tuple)
    assert max(Image.open(io.BytesIO(found[1])).size) == LONGEST_SIDE


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("photo.jpg", b"<script>alert(1)</script>"),
        ("photo.jpg", b"MZ" + bytes(500)),
        ("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(2000)),
        ("photo.png", picture("PNG").read()[:60]),
        ("photo.gif", b"GIF89a" + bytes(100)),
        ("photo.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("archive.zip", b"PK\x03\x04" + bytes(100)),
    ],
)
def test_what_is_no_picture_inside_is_refused_by_its_name(desk: Desk, name: str, data: bytes) -> None:
    assert refused(desk, upload(name, data)) == [("file.wrong_kind", "photos")]


@pytest.mark.parametrize(
    ("name", "data", "inside"),
    [
        ("现场.jpg", PDF, "PDF"),
        ("scan.PNG", PDF, "PDF"),
        ("公文.docx", PDF, "PDF"),
        ("scan.pdf", picture("PNG").read(), "PNG"),
        ("notes.txt", picture("JPEG").read(), "JPEG"),
    ],
)
def test_what_is_another_kind_than_its_name_says_is_refused_and_told_what_it_is(
    desk: Desk, name: str, data: bytes, inside: str
) -> None:
    found = keep([upload(name, data)], desk.acting(desk.clerk))
    assert isinstance(found, Refused)
    facts = {"name": name, "inside": inside, "ending": inside.lower()}
    assert (found.code, dict(found.facts)) == ("file.not_its_name", facts)


def test_a_pdf_without_a_page_is_refused_and_one_whose_pages_lie_compressed_is_not(desk: Desk) -> None:
    hollow = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    assert refused(desk, upload("a.pdf", hollow)) == [("file.no_page", "photos")]
    packed = b"%PDF-1.7\n1 0 obj<</Type/ObjStm>>stream\nx\nendstream endobj\n%%EOF\n"
    assert kept(desk, upload("a.pdf", packed))


def test_a_picture_that_unpacks_into_far_more_is_refused(desk: Desk) -> None:
    out = io.BytesIO()
    Image.new("1", (11_000, 10_000)).save(out, "PNG")
    assert len(out.getvalue()) < 200_000
    assert refused(desk, upload("bomb.png", out.getvalue())) == [("file.too_many_pixels", "photos")]


def test_thirty_megabytes_and_nothing_at_all_are_refused_together_and_nothing_is_kept(desk: Desk) -> None:
    large = upload("large.jpg", b"\xff\xd8\xff" + bytes(30 * 2**20))
    found = refused(desk, picture(), large, upload("empty.jpg", b""), field="slip")
    assert found == [("file.too_large", "slip"), ("file.empty", "slip")]
    assert Attachment.objects.count() == 0


def test_a_file_that_says_it_is_small_is_measured_all_the_same(desk: Desk) -> None:
    class Lying:
        name, size = "a.jpg", 10

        def read(self, num_bytes: int | None = None, /) -> bytes:
            return b"\xff\xd8\xff" + bytes((num_bytes or LARGEST) - 3)

    assert refused(desk, Lying()) == [("file.too_large", "photos")]


def test_the_same_photo_twice_is_one_file(desk: Desk) -> None:
    first, second = kept(desk, picture(), picture())
    assert first.id == second.id
    assert media_types([first.id, "0" * 64]) == {first.id: "image/jpeg"}


def test_a_pdf_is_kept_as_it_is(desk: Desk) -> None:
    (one,) = kept(desk, upload("scan.pdf", PDF))
    assert open_file(one.id) == ("application/pdf", PDF)


def test_a_file_that_changed_on_disk_is_not_handed_out(desk: Desk) -> None:
    (one,) = kept(desk, upload("scan.pdf", PDF + b"\n"))
    path = Folder(settings.TONGBAN_HOME / FOLDER).path(one.id)
    path.write_bytes(b"%PDF another")
    found = open_file(one.id)
    assert isinstance(found, Refused)
    assert found.code == "file.damaged"
    path.unlink()
    gone = open_file(one.id)
    assert isinstance(gone, Refused)
    assert gone.code == "file.unknown"


def test_no_name_leads_out_of_the_folder(desk: Desk) -> None:
    for name in ("../../keys/django", "/etc/passwd", "", "0" * 63):
        found = open_file(name)
        assert isinstance(found, Refused)
        assert found.code == "file.unknown"
