"""Mails, mailboxes, and web pages in the form of mails."""
