"""Pages of HTML as files: what each has to be linked to, what it links to, and what a browser loads for it."""

from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

LOADED = {"img": "src", "script": "src", "link": "href", "source": "src", "iframe": "src", "video": "src"}
FETCHED_LINKS = {"stylesheet", "icon", "shortcut", "preload", "prefetch", "preconnect", "manifest"}


class Page(HTMLParser):
    """A page's anchors, its links and what it loads, as they stand in it; and its pictures without a description."""

    def __init__(self, path):
        super().__init__()
        self.path, self.anchors, self.links, self.loaded, self.undescribed = path, set(), [], [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.anchors |= {attributes[name] for name in ("id", "name") if attributes.get(name)}
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        is_fetched = tag != "link" or set((attributes.get("rel") or "").split()) & FETCHED_LINKS
        if is_fetched and (address := attributes.get(LOADED.get(tag))):
            self.loaded.append(address)
        if tag == "img" and not (attributes.get("alt") or "").strip():
            self.undescribed.append(attributes.get("src", "")[:80])

    def file(self, address):
        """Return the file of the site that an address leads to, None if it leads elsewhere."""
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            return None
        return (self.path.parent / unquote(parts.path)).resolve() if parts.path else self.path

    def foreign(self):
        """Return what it loads from elsewhere."""
        return [address for address in self.loaded if self.file(address) is None and not address.startswith("data:")]

    def broken(self):
        """Return the links, and what is loaded, that lead to no file or to no anchor in it."""
        return [address for address in {*self.links, *self.loaded} if not self._leads_somewhere(address)]

    def _leads_somewhere(self, address):
        file, anchor = self.file(address), unquote(urlsplit(address).fragment)
        if file is None:
            return True
        return file.is_file() and (not anchor or file.suffix != ".html" or anchor in page(file).anchors)

    def weight(self):
        """Return the bytes of the page and of its own pictures."""
        pictures = {file for address in self.loaded if (file := self.file(address)) and "_images" in file.parts}
        return sum(file.stat().st_size for file in {self.path, *pictures})


page = cache(Page)  # each is read once, however often it is linked to
