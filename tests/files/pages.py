"""Web pages of several layouts with the furniture that surrounds an article, and feeds."""

import json

from tests.files.stories import GOLDEN_GATE, GOTTHARD, PANAMA, SUEZ, VOYAGER


def _paragraphs(story: tuple[str, ...]) -> list[str]:
    return [f"<p>{paragraph}</p>" for paragraph in story]


# A news site: header, cookie banner, newsletter box, bookmark popover, comments, other stories.
_voyager = _paragraphs(VOYAGER)
NEWS = f"""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8">
<title>Voyager 1 leaves the solar system behind - The Space Desk</title>
<meta property="og:title" content="Voyager 1 leaves the solar system behind">
<meta property="og:site_name" content="The Space Desk">
<meta name="author" content="Space Desk">
<meta property="article:published_time" content="2012-09-05T08:00:00Z">
<meta property="article:modified_time" content="2013-09-12T18:00:00Z">
<link rel="canonical" href="https://space.example/voyager-1">
</head><body>
<div id="cookie-banner" class="cookie-consent"><p>We use cookies to improve your experience on our site.</p>
<button>Accept all cookies</button></div>
<header class="site-header"><a href="/">The Space Desk</a><time datetime="2031-01-01">1 January 2031</time></header>
<nav><ul><li><a href="/planets">Planets</a></li><li><a href="/moons">Moons</a></li></ul></nav>
<main><article>
<h1>Voyager 1 leaves the solar system behind</h1>
<div class="bookmark-popover"><p>Bookmark popover</p><p>Removed from bookmarks</p></div>
{_voyager[0]}
<p><a href="/more">Read more: All the probes that left the planets behind</a></p>
{_voyager[1]}
<div class="newsletter-signup"><h3>Sign up for our newsletter</h3><p>Get the best of space delivered to your inbox</p>
<form><input type="email"><button>Subscribe</button></form></div>
{_voyager[2]}
</article>
<section class="comments" id="comments"><h2>Comments</h2><p>First! The probe is a hoax, wrote a reader.</p>
<form><textarea></textarea><p>Leave a comment</p></form></section></main>
<aside><h2>Most popular</h2><ul><li><a href="/pluto">Pluto is no planet, says nobody on Pluto</a></li></ul></aside>
<footer><p>All rights reserved, The Space Desk</p></footer>
</body></html>"""

# A blog of boxes without meta elements: the date stands in the byline.
_gotthard = _paragraphs(GOTTHARD)
BLOG = f"""<!DOCTYPE html>
<html><head><title>Through the Gotthard | Tunnel Notes</title></head><body class="single">
<div id="wrap"><div id="top"><div class="logo">Tunnel Notes</div>
<div class="today-date">Monday, 6 January 2031</div></div>
<div id="menu"><a href="/">Home</a> <a href="/about">About</a></div>
<div class="post"><h1 class="post-title">Through the Gotthard</h1>
<div class="post-date">Posted on June 2, 2016, updated 3 September 2024</div>
<div class="post-body">{"".join(_gotthard)}</div>
<div class="share-buttons"><a href="#">Share on Facebook</a><a href="#">Copy link</a></div></div>
<div id="sidebar"><h4>Recent posts</h4><ul><li><a href="/2">The Brenner is next</a></li></ul></div>
<div id="comments"><h4>2 comments</h4><div class="comment"><p>I took the train through it on 5 May 2030.</p></div></div>
<div id="footer">Powered by a blog engine</div></div></body></html>"""

# An old page laid out in a table, in Latin-1 by its own word, with nothing said about it.
_panama = "<br><br>".join(PANAMA)
OLD = f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">
<title>The Panama Canal</title></head><body bgcolor="#ffffff"><table width="100%"><tr>
<td width="150"><a href="index.html">Home</a><br><a href="links.html">Links</a><br>
<a href="guest.html">Guestbook</a></td>
<td><font size="+2"><b>The Panama Canal</b></font><br><br>{_panama}<br><br>
Caf\xe9s line the old town of Panama City.</td></tr></table></body></html>""".encode("latin-1")

# All facts in JSON-LD, those of another article beside it.
LINKED_DATA = f"""<!doctype html><html><head><title>Golden Gate</title>
<script type="application/ld+json">{
    json.dumps(
        {
            "@context": "https://schema.org",
            "@graph": [
                {"@type": "WebPage", "datePublished": "2001-01-01", "dateModified": "2030-01-01"},
                {"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "datePublished": "1999-09-09"}]},
                {
                    "@type": ["NewsArticle"],
                    "headline": "A bridge in International Orange",
                    "datePublished": "2017-05-27T09:00:00-07:00",
                    "dateModified": "2017-05-29T09:00:00-07:00",
                    "author": {"@type": "Organization", "name": "Bridge Desk"},
                    "publisher": {"@type": "Organization", "name": "The Span"},
                },
            ],
        }
    )
}</script></head><body><div class="related">Read more</div>
<article><h1>A bridge in International Orange</h1>{"".join(_paragraphs(GOLDEN_GATE))}</article></body></html>"""

# Dates everywhere but the article's own: today's, the copyright's, an event's, another story's.
NO_DATE = f"""<!doctype html><html><head><title>Panama</title>
<link rel="canonical" href="https://canals.example/2031/panama"></head><body>
<header><span class="date">Monday, 6 January 2031</span></header>
<article><h1>The locks of Panama</h1>{"".join(_paragraphs(PANAMA))}</article>
<aside><time datetime="2030-02-03">3 February 2030</time> Another story</aside>
<footer><p>Page generated on 2031-01-06. Copyright 2031</p></footer></body></html>"""

RSS = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Canals</title><link>https://canals.example/</link>
<item><title>Suez</title><link>https://canals.example/suez</link><description>{SUEZ[:60]}…</description></item>
<item><title>Panama</title><link>https://canals.example/panama</link><description>{PANAMA[0][:60]}…</description></item>
</channel></rss>"""
JSON_FEED = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Canals", "items": []}, indent=1)
