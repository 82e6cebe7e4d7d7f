"""Binds printed pages to one PDF: links within it, bookmarks, a number on each sheet."""

import io
from dataclasses import dataclass

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject


@dataclass
class Piece:
    """A PDF in the book: where it begins, and the places in it by name."""

    address: str
    reader: PdfReader
    start: int
    places: dict  # name: (sheet, left, top)

    def at(self, name):
        """The sheet of a name, counted in the book, and the place on it."""
        sheet, left, top = self.places.get(name, (0, 0, 842))
        return self.start + sheet, left, top


def piece(address, pdf, start):
    """A PDF that begins at a sheet of the book."""
    reader = PdfReader(io.BytesIO(pdf))
    places = {}
    for name, found in reader.named_destinations.items():
        sheet = reader.get_destination_page_number(found)
        places[name.lstrip("/")] = (sheet, found.left or 0, found.top or 842)
    return Piece(address, reader, start, places)


def pieces(printed, start):
    """All pages of the book, one behind the other."""
    found = []
    for one in printed:
        found.append(piece(one.address, one.pdf, start))
        start += len(found[-1].reader.pages)
    return found


def goal(annotation, here, by_address):
    """Where a link leads in the book: (sheet, left, top), or None if it leads out."""
    action = annotation.get("/A", {})
    named = annotation.get("/Dest", action.get("/D"))
    if isinstance(named, str):
        return here.at(named.lstrip("/"))
    address, _, name = str(action.get("/URI", "")).partition("#")
    return by_address[address].at(name) if address in by_address else None


def lead(annotation, place, writer):
    """Have a link lead to a place in this book."""
    sheet, left, top = place
    annotation.pop("/A", None)
    where = [writer.pages[sheet].indirect_reference, NameObject("/XYZ")]
    where += [NumberObject(round(left)), NumberObject(round(top)), NumberObject(0)]
    annotation[NameObject("/Dest")] = ArrayObject(where)


def bind(bound):
    """A writer with all pieces, whose links lead to each other; those that lead out go."""
    writer = PdfWriter()
    for one in bound:
        for sheet in one.reader.pages:
            writer.add_page(sheet)
    by_address = {one.address: one for one in bound}
    for one in bound:
        for number in range(one.start, one.start + len(one.reader.pages)):
            relink(writer, number, one, by_address)
    return writer


def relink(writer, number, here, by_address):
    """Mend the links of one sheet; a file of this machine is no address for others."""
    sheet = writer.pages[number]
    kept = ArrayObject()
    for reference in sheet.get("/Annots", ()):
        annotation = reference.get_object()
        place = goal(annotation, here, by_address)
        if place is not None:
            lead(annotation, place, writer)
        elif str(annotation.get("/A", {}).get("/URI", "")).startswith("file:"):
            continue
        kept.append(reference)
    if "/Annots" in sheet:
        sheet[NameObject("/Annots")] = kept


def mark(writer, parts, bound, printed):
    """Bookmarks: the parts, in them the pages, in them their sections."""
    by_address = {one.address: one for one in bound}
    for caption, addresses in parts:
        first = by_address[addresses[0]].start
        above = line(writer, caption, first) if caption else None
        for address in addresses:
            here = by_address[address]
            page = next(one for one in printed if one.address == address)
            below = line(writer, page.title, here.start, above)
            for _, name, text in page.headings[1:]:
                line(writer, text, here.at(name)[0], below)


def line(writer, text, sheet, above=None):
    """A bookmark, which may stand below another one."""
    where = {"page_number": sheet, "parent": above}
    return writer.add_outline_item(title=text, is_open=False, **where)


def stamp(writer, stamps):
    """Lay the sheets of a PDF over those of the book, one on one."""
    for sheet, over in zip(writer.pages, PdfReader(io.BytesIO(stamps)).pages, strict=True):
        sheet.merge_page(over)


def finish(writer, file, title, author):
    """Write the book, each thing that is in it twice only once."""
    writer.add_metadata({"/Title": title, "/Author": author})
    writer.root_object[NameObject("/Lang")] = NameObject("/en")
    writer.page_mode = "/UseOutlines"
    viewing = DictionaryObject({NameObject("/DisplayDocTitle"): NameObject("/true")})
    writer.root_object[NameObject("/ViewerPreferences")] = viewing
    writer.compress_identical_objects()
    file.parent.mkdir(parents=True, exist_ok=True)
    writer.write(file)
