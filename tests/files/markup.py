"""Texts in reStructuredText and Org as people keep them, ugly ones among them."""

from collections.abc import Callable

from tests.files import stories
from tests.files.pdfs import divided


def _wrapped(text: str, indent: str = "") -> str:
    return "\n".join(f"{indent}{line}" for line in divided(text, 72))


_TABLE = """
========== =======
Lake       Depth
========== =======
Baikal     1,642 m
Tanganyika 1,470 m
========== =======
"""
ARTICLE_RST = f"""============
Deep *lakes*
============

:Author: Ada Brun <ada@example.org>
:Date: 5 March 2024
:Version: 2

.. contents::

{_wrapped(stories.BAIKAL)}

.. warning:: The ice is thin
   in `April <https://lakes.example/april>`_ [1]_.

{_TABLE}
1. Row.
2. Do not sink::

      bail(water)

.. [1] So say the fishermen; the water holds 4 °C and H\\ :sub:`2`\\ O.
"""
# A page of a manual: two sections on one level, directives and roles of Sphinx, broken markup, a file from elsewhere.
MANUAL_RST = f"""
.. _quay:

The Hoover dam
==============

.. toctree::
   :maxdepth: 2

   intro

.. versionadded:: 2.1
   The lake is told of, see :ref:`the lake <lake>` and :py:class:`~dams.Hoover`.

{_wrapped(stories.HOOVER)}

.. include:: ../secret.txt
.. raw:: html

   <script>alert(1)</script>

.. code-block:: python
   :caption: dam.py
   :emphasize-lines: 1

   height = 221

Mount Everest
==============
{_wrapped(stories.EVEREST)} An *emphasis that never ends and |nothing|.

.. _lake: https://dams.example/mead
"""
# As a blog keeps it: the facts in comments.
BLOG_RST = f""".. title: Over the Øresund
.. slug: oresund
.. date: 2020-07-01 10:00:00 UTC+02:00
.. author: Transport Desk

{_wrapped(stories.BRIDGE)}

.. youtube:: dQw4

Peberholm
    An island, says the office:

      "made for the crossing."
"""
NOTES_ORG = f"""#+title: Deep lakes
#+author: Ada Brun
#+date: <2024-03-05 Tue 10:00>
#+options: toc:nil

* TODO [#A] Lake Baikal                                            :lake:asia:
  SCHEDULED: <2024-05-01 Wed>
  :PROPERTIES:
  :CUSTOM_ID: baikal
  :END:
{_wrapped(stories.BAIKAL)}
# a note to myself
- [X] read [[https://lakes.example/unesco][the list of
  UNESCO]] [fn:1]
- take /boat/ and *=rope=*

| Lake       | Depth   |
|------------+---------|
| Baikal     | 1,642 m |
| Tanganyika |         |
#+TBLFM: $2=1

[fn:1] It is long.
"""
# As a note keeper writes it, with an identifier first, two lines of title and a day that never was.
ROAM_ORG = f""":PROPERTIES:
:ID: 6ba7b810
:END:
#+TITLE: The dam
#+TITLE: on the Colorado
#+filetags: :dams:

{_wrapped(stories.HOOVER)}

* Log
:LOGBOOK:
CLOCK: [2024-02-30 Fri 10:00]--[2024-02-30 Fri 11:00] =>  1:00
:END:
Seen on <2024-02-30 Fri>, it says.
#+BEGIN_QUOTE
The lake behind it fell
by 40 metres.
#+END_QUOTE
#+begin_src python
height = 221  # metres
,* no heading
#+end_src
#+begin_comment
Never to be seen.
#+end_comment
#+begin_example
It is never closed: 5 * 3 * 2.
"""
PLAIN_ORG = f"""* Mount Everest
{_wrapped(stories.EVEREST)}
** Above
:NOTES:
The air is thin; see ~/usr/lib~ and [[file:peak.png]].
:END:
#+INCLUDE: "more.org"
"""

FILES: dict[str, str | bytes | Callable[[], str | bytes]] = {
    "article.rst": ARTICLE_RST,
    "manual.rst": MANUAL_RST,
    "blog.rst": BLOG_RST,
    "notes.org": NOTES_ORG,
    "roam.org": ROAM_ORG,
    "plain.org": PLAIN_ORG,
    "windows.org": lambda: "#+TITLE: Café\r\n\r\nThe café opened.\r\nIt is small.\r\n".encode("cp1252"),
}
