from lxml.html import HtmlElement
from ingest.load.dates import page_dates
from ingest.load.page import Page
def page_facts(root, url):
    page = Page(root, url)
    dates = page_dates(page)
    return {"published_at": dates.published, "updated_at": dates.updated, "language": page.language}, dates.notes
